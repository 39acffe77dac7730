// Asks Microsoft's symbol library (dbghelp.dll) about one image and its PDB, and prints what it says as lines of fields with tabs between.
//
//   dbghelp-host.exe IMAGE SCRIPT          every line of SCRIPT is a command; its answer is between "@@ COMMAND" and the next "@@"
//   dbghelp-host.exe IMAGE --time WHAT LIST
//
// Offsets are bytes from the image's base, in hexadecimal. Commands:
//   module               kind of symbols (SYM_TYPE), path of the PDB
//   symbols PATTERN      offset, size, tag, flags, value, name of what SymEnumSymbols finds by mod!PATTERN
//   addresses FILE       for each offset of FILE: offset, symbol's offset, displacement, tag, name (SymFromAddr)
//   lines FILE           for each offset: offset, line, offset of the line's first byte, source file (SymGetLineFromAddr64)
//   inlines FILE         for each offset: offset, names of the inlined calls, innermost first (SymQueryInlineTrace)
//   names FILE           for each name: offset, tag, name (SymFromName)
//   sourcelines PATTERN  offset, line, source file, object of what SymEnumLines finds
//   sources              the source files
//   types FILE           for each name: its size, members and bases, one a line (types.cpp)
//   locals FILE          for each offset: the variables that are in scope there (types.cpp)
#include "host.h"

#include <cstdio>
#include <cstring>
#include <fstream>

std::string Narrow(const wchar_t* text) {
  int length = WideCharToMultiByte(CP_UTF8, 0, text, -1, nullptr, 0, nullptr, nullptr);
  std::string result(length > 0 ? length - 1 : 0, '\0');
  if (length > 1) WideCharToMultiByte(CP_UTF8, 0, text, -1, &result[0], length, nullptr, nullptr);
  return result;
}

std::wstring Wide(const std::string& text) {
  int length = MultiByteToWideChar(CP_UTF8, 0, text.c_str(), -1, nullptr, 0);
  std::wstring result(length > 0 ? length - 1 : 0, L'\0');
  if (length > 1) MultiByteToWideChar(CP_UTF8, 0, text.c_str(), -1, &result[0], length);
  return result;
}

SymbolBuffer::SymbolBuffer() {
  memset(&info, 0, sizeof info);
  info.SizeOfStruct = sizeof(SYMBOL_INFOW);
  info.MaxNameLen = sizeof name / sizeof name[0];
}

std::vector<std::string> ReadLines(const std::string& file) {
  std::vector<std::string> lines;
  std::ifstream input(file);
  if (!input) fprintf(stderr, "dbghelp-host: cannot read %s\n", file.c_str());
  std::string line;
  while (std::getline(input, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

std::vector<DWORD> ReadOffsets(const std::string& file) {
  std::vector<DWORD> offsets;
  std::ifstream input(file);
  if (!input) fprintf(stderr, "dbghelp-host: cannot read %s\n", file.c_str());
  DWORD offset = 0;
  while (input >> std::hex >> offset) offsets.push_back(offset);
  return offsets;
}

bool Load(const std::string& image) {
  // SYMOPT_IGNORE_NT_SYMPATH and no symbol servers: only what lies beside the image.
  SymSetOptions(SYMOPT_UNDNAME | SYMOPT_LOAD_LINES | SYMOPT_AUTO_PUBLICS | SYMOPT_OMAP_FIND_NEAREST | SYMOPT_IGNORE_NT_SYMPATH |
                SYMOPT_NO_PROMPTS | SYMOPT_FAIL_CRITICAL_ERRORS | SYMOPT_DISABLE_SYMSRV_AUTODETECT);
  std::string folder = image.substr(0, image.find_last_of("/\\"));
  if (!SymInitializeW(kSession, Wide(folder).c_str(), FALSE)) {
    fprintf(stderr, "dbghelp-host: SymInitialize failed with %lu\n", GetLastError());
    return false;
  }
  if (!SymLoadModuleExW(kSession, nullptr, Wide(image).c_str(), L"mod", kBase, 0, nullptr, 0)) {
    fprintf(stderr, "dbghelp-host: SymLoadModuleEx of %s failed with %lu\n", image.c_str(), GetLastError());
    return false;
  }
  return true;
}

namespace {

BOOL CALLBACK PrintSymbol(PSYMBOL_INFOW symbol, ULONG, PVOID) {
  printf("%llx\t%lx\t%lu\t%lx\t%llx\t%s\n", symbol->Address - kBase, symbol->Size, symbol->Tag, symbol->Flags, symbol->Value, Narrow(symbol->Name).c_str());
  return TRUE;
}

void Addresses(const std::vector<DWORD>& offsets) {
  SymbolBuffer symbol;
  for (DWORD offset : offsets) {
    DWORD64 displacement = 0;
    if (SymFromAddrW(kSession, kBase + offset, &displacement, &symbol.info)) {
      printf("%lx\t%llx\t%llx\t%lu\t%s\n", offset, symbol.info.Address - kBase, displacement, symbol.info.Tag, Narrow(symbol.info.Name).c_str());
    } else {
      printf("%lx\t-\n", offset);
    }
  }
}

void Lines(const std::vector<DWORD>& offsets) {
  for (DWORD offset : offsets) {
    IMAGEHLP_LINEW64 line = {};
    line.SizeOfStruct = sizeof line;
    DWORD displacement = 0;
    if (SymGetLineFromAddrW64(kSession, kBase + offset, &displacement, &line)) {
      printf("%lx\t%lu\t%llx\t%s\n", offset, line.LineNumber, line.Address - kBase, Narrow(line.FileName).c_str());
    } else {
      printf("%lx\t-\n", offset);
    }
  }
}

void Inlines(const std::vector<DWORD>& offsets) {
  SymbolBuffer symbol;
  for (DWORD offset : offsets) {
    printf("%lx", offset);
    DWORD count = SymAddrIncludeInlineTrace(kSession, kBase + offset), context = 0, frame = 0;
    if (count > 0 && SymQueryInlineTrace(kSession, kBase + offset, 0, kBase + offset, kBase + offset, &context, &frame)) {
      for (DWORD i = 0; i < count; i++) {
        DWORD64 displacement = 0;
        bool known = SymFromInlineContextW(kSession, kBase + offset, context + i, &displacement, &symbol.info);
        IMAGEHLP_LINEW64 line = {};
        line.SizeOfStruct = sizeof line;
        DWORD lineDisplacement = 0;
        bool hasLine = SymGetLineFromInlineContextW(kSession, kBase + offset, context + i, 0, &lineDisplacement, &line);
        printf("\t%s:%lu", known ? Narrow(symbol.info.Name).c_str() : "?", hasLine ? line.LineNumber : 0);
      }
    }
    printf("\n");
  }
}

void Names(const std::vector<std::string>& names) {
  SymbolBuffer symbol;
  for (const std::string& name : names) {
    if (SymFromNameW(kSession, Wide("mod!" + name).c_str(), &symbol.info)) {
      printf("%llx\t%lu\t%s\n", symbol.info.Address - kBase, symbol.info.Tag, name.c_str());
    } else {
      printf("-\t0\t%s\n", name.c_str());
    }
  }
}

BOOL CALLBACK PrintLine(PSRCCODEINFOW line, PVOID) {
  printf("%llx\t%lu\t%s\t%s\n", line->Address - kBase, line->LineNumber, Narrow(line->FileName).c_str(), Narrow(line->Obj).c_str());
  return TRUE;
}

BOOL CALLBACK PrintSource(PSOURCEFILEW source, PVOID) {
  printf("%s\n", Narrow(source->FileName).c_str());
  return TRUE;
}

bool Perform(const std::string& command, const std::string& argument) {
  if (command == "module") {
    IMAGEHLP_MODULEW64 module = {};
    module.SizeOfStruct = sizeof module;
    if (SymGetModuleInfoW64(kSession, kBase, &module)) printf("%d\t%s\n", module.SymType, Narrow(module.LoadedPdbName).c_str());
  } else if (command == "symbols") {
    SymEnumSymbolsW(kSession, 0, Wide("mod!" + argument).c_str(), PrintSymbol, nullptr);
  } else if (command == "addresses") {
    Addresses(ReadOffsets(argument));
  } else if (command == "lines") {
    Lines(ReadOffsets(argument));
  } else if (command == "inlines") {
    Inlines(ReadOffsets(argument));
  } else if (command == "names") {
    Names(ReadLines(argument));
  } else if (command == "sourcelines") {
    SymEnumLinesW(kSession, kBase, nullptr, nullptr, PrintLine, nullptr);
  } else if (command == "sources") {
    SymEnumSourceFilesW(kSession, kBase, nullptr, PrintSource, nullptr);
  } else if (command == "types") {
    Types(ReadLines(argument));
  } else if (command == "locals") {
    LocalVariables(ReadOffsets(argument));
  } else {
    return false;
  }
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  setvbuf(stdout, nullptr, _IOFBF, 1 << 16);
  if (count == 5 && strcmp(arguments[2], "--time") == 0) return Measure(arguments[3], arguments[1], arguments[4]);
  if (count != 3) {
    fprintf(stderr, "usage: dbghelp-host.exe IMAGE SCRIPT | IMAGE --time WHAT LIST\n");
    return 2;
  }
  if (!Load(arguments[1])) return 1;
  for (const std::string& line : ReadLines(arguments[2])) {
    size_t space = line.find(' ');
    printf("@@ %s\n", line.c_str());
    if (!Perform(line.substr(0, space), space == std::string::npos ? "" : line.substr(space + 1))) {
      fprintf(stderr, "dbghelp-host: no command %s\n", line.c_str());
      return 2;
    }
  }
  printf("@@ end\n");
  return 0;
}
