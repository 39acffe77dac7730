// Timings of dbghelp, taken within the process, so that the start of Wine does not count. Prints one line of fields with tabs between:
// WHAT, microseconds, answers, peak working set in bytes.
//   open      LIST holds one offset: from SymInitialize to its name
//   names     after open: the name of each offset in LIST
//   offsets   after open: the offset of each name in LIST
//   pattern   after open: SymEnumSymbols of the pattern that LIST holds
//   type      after open: SymGetTypeFromName of the name that LIST holds and of all types that its members have, to the last level
// Each but "open" and "names" is measured twice in the process, cold and warm: two lines. "names" is long, and measured once.
#include "host.h"

#include <psapi.h>

#include <cstdio>
#include <set>

namespace {

double Now() {
  LARGE_INTEGER count, frequency;
  QueryPerformanceCounter(&count);
  QueryPerformanceFrequency(&frequency);
  return 1e6 * static_cast<double>(count.QuadPart) / static_cast<double>(frequency.QuadPart);
}

void Print(const std::string& what, double microseconds, size_t answers) {
  PROCESS_MEMORY_COUNTERS counters = {};
  GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters);
  printf("%s\t%.1f\t%llu\t%llu\n", what.c_str(), microseconds, static_cast<unsigned long long>(answers), static_cast<unsigned long long>(counters.PeakWorkingSetSize));
}

size_t NameOf(const std::vector<DWORD>& offsets) {
  SymbolBuffer symbol;
  size_t found = 0;
  for (DWORD offset : offsets) {
    DWORD64 displacement = 0;
    if (SymFromAddrW(kSession, kBase + offset, &displacement, &symbol.info)) found++;
  }
  return found;
}

size_t OffsetOf(const std::vector<std::wstring>& names) {
  SymbolBuffer symbol;
  size_t found = 0;
  for (const std::wstring& name : names) {
    if (SymFromNameW(kSession, name.c_str(), &symbol.info)) found++;
  }
  return found;
}

BOOL CALLBACK CountSymbol(PSYMBOL_INFOW, ULONG, PVOID count) {
  ++*static_cast<size_t*>(count);
  return TRUE;
}

size_t MembersOf(ULONG type, std::set<ULONG>& seen) {
  if (!seen.insert(type).second) return 0;
  size_t members = 0;
  DWORD tag = 0, count = 0;
  SymGetTypeInfo(kSession, kBase, type, TI_GET_SYMTAG, &tag);
  ULONG next = 0;
  if (tag != 11 && SymGetTypeInfo(kSession, kBase, type, TI_GET_TYPE, &next)) members += MembersOf(next, seen);
  if (tag != 11 || !SymGetTypeInfo(kSession, kBase, type, TI_GET_CHILDRENCOUNT, &count) || count == 0) return members;
  std::vector<char> buffer(sizeof(TI_FINDCHILDREN_PARAMS) + count * sizeof(ULONG));
  TI_FINDCHILDREN_PARAMS* children = reinterpret_cast<TI_FINDCHILDREN_PARAMS*>(buffer.data());
  children->Count = count;
  children->Start = 0;
  if (!SymGetTypeInfo(kSession, kBase, type, TI_FINDCHILDREN, children)) return members;
  for (DWORD i = 0; i < count; i++) {
    ULONG child = children->ChildId[i];
    DWORD childTag = 0, offset = 0;
    SymGetTypeInfo(kSession, kBase, child, TI_GET_SYMTAG, &childTag);
    if (childTag != 7 && childTag != 18) continue;
    wchar_t* name = nullptr;
    if (SymGetTypeInfo(kSession, kBase, child, TI_GET_SYMNAME, &name)) LocalFree(name);
    SymGetTypeInfo(kSession, kBase, child, TI_GET_OFFSET, &offset);
    members++;
    if (SymGetTypeInfo(kSession, kBase, child, TI_GET_TYPE, &next)) members += MembersOf(next, seen);
  }
  return members;
}

size_t WholeType(const std::wstring& name) {
  SymbolBuffer symbol;
  if (!SymGetTypeFromNameW(kSession, kBase, name.c_str(), &symbol.info)) return 0;
  std::set<ULONG> seen;
  return MembersOf(symbol.info.TypeIndex, seen);
}

}  // namespace

int Measure(const std::string& what, const std::string& image, const std::string& list) {
  std::vector<DWORD> offsets;
  std::vector<std::wstring> names;
  if (what == "open" || what == "names") {
    offsets = ReadOffsets(list);
  } else {
    for (const std::string& line : ReadLines(list)) names.push_back(Wide(what == "type" ? line : "mod!" + line));
  }
  double begin = Now();
  if (!Load(image)) return 1;
  if (what == "open") {
    size_t found = NameOf(offsets);
    Print(what, Now() - begin, found);
    return 0;
  }
  // The first name reads what a session reads once; "open" measures it.
  NameOf({0x1000});
  for (const char* turn : {"cold", "warm"}) {
    begin = Now();
    size_t answers = 0;
    if (what == "names") answers = NameOf(offsets);
    else if (what == "offsets") answers = OffsetOf(names);
    else if (what == "pattern") SymEnumSymbolsW(kSession, 0, names.at(0).c_str(), CountSymbol, &answers);
    else if (what == "type") answers = WholeType(names.at(0));
    else return 2;
    Print(what + "-" + turn, Now() - begin, answers);
    if (what == "names") break;
  }
  return 0;
}
