// Types as dbghelp describes them, in a spelling that depends on no library's names for basic types:
//   i4 u8 b1 f8 c1 w2 v   signed, unsigned, boolean, float, character, wide character of so many bytes; void
//   *T   &T               pointer and reference
//   [5]T                  array of 5
//   (R;A,B)               function that returns R; "..." for more arguments
//   :3+4 T                4 bits from bit 3 of T
//   anything else         the name of a structure, class, union or enumeration
#include "host.h"

#include <cstdio>
#include <cstring>

namespace {

// Documented numbers of DIA: SymTagEnum, BasicType, DataKind.
enum { TagFunction = 5, TagData = 7, TagUDT = 11, TagEnum = 12, TagFunctionType = 13, TagPointer = 14, TagArray = 15, TagBase = 16, TagTypedef = 17, TagBaseClass = 18, TagFunctionArgument = 20 };
enum { DataIsStaticMember = 8, DataIsConstant = 9 };

template <typename T> T Get(ULONG type, IMAGEHLP_SYMBOL_TYPE_INFO what, bool* known = nullptr) {
  T value = {};
  bool answered = SymGetTypeInfo(kSession, kBase, type, what, &value);
  if (known) *known = answered;
  return answered ? value : T();
}

std::string Name(ULONG type) {
  wchar_t* name = nullptr;
  if (!SymGetTypeInfo(kSession, kBase, type, TI_GET_SYMNAME, &name) || !name) return "";
  std::string result = Narrow(name);
  LocalFree(name);
  return result;
}

std::vector<ULONG> Children(ULONG type) {
  DWORD count = Get<DWORD>(type, TI_GET_CHILDRENCOUNT);
  if (count == 0 || count > 1000000) return {};
  std::vector<char> buffer(sizeof(TI_FINDCHILDREN_PARAMS) + count * sizeof(ULONG));
  TI_FINDCHILDREN_PARAMS* children = reinterpret_cast<TI_FINDCHILDREN_PARAMS*>(buffer.data());
  children->Count = count;
  children->Start = 0;
  if (!SymGetTypeInfo(kSession, kBase, type, TI_FINDCHILDREN, children)) return {};
  return std::vector<ULONG>(children->ChildId, children->ChildId + count);
}

std::string Basic(ULONG type) {
  unsigned long long length = Get<ULONG64>(type, TI_GET_LENGTH);
  char kind = '?';
  switch (Get<DWORD>(type, TI_GET_BASETYPE)) {
    case 0: return "none";                           // btNoType: the result of a constructor
    case 1: return "v";
    case 2: kind = 'c'; break;                       // btChar
    case 3: case 32: case 33: kind = 'w'; break;     // btWChar, btChar16, btChar32
    case 6: case 13: kind = length == 1 ? 'c' : 'i'; break;  // btInt, btLong
    case 7: case 14: kind = 'u'; break;              // btUInt, btULong
    case 8: kind = 'f'; break;
    case 10: kind = 'b'; break;
    case 31: kind = 'r'; break;                      // btHresult
  }
  return kind + std::to_string(length);
}

// A value of which only the low bytes count, by its VARIANT's kind.
long long Integer(const VARIANT& value) {
  switch (value.vt) {
    case VT_I1: return value.cVal;
    case VT_UI1: return value.bVal;
    case VT_I2: return value.iVal;
    case VT_UI2: return value.uiVal;
    case VT_I4: case VT_INT: return value.lVal;
    case VT_UI4: case VT_UINT: return value.ulVal;
    default: return value.llVal;
  }
}

BOOL CALLBACK PrintVariable(PSYMBOL_INFOW symbol, ULONG, PVOID offset) {
  printf("%lx\t%s\t%lx\t%lu\t%llx\t%s\n", *static_cast<DWORD*>(offset), Narrow(symbol->Name).c_str(), symbol->Flags, symbol->Register, symbol->Address, TypeText(symbol->TypeIndex).c_str());
  return TRUE;
}

}  // namespace

std::string TypeText(ULONG type, int depth) {
  if (depth > 16) return "...";
  switch (Get<DWORD>(type, TI_GET_SYMTAG)) {
    case TagBase: return Basic(type);
    case TagPointer: {
      const char* mark = Get<BOOL>(type, kIsReference) ? "&" : "*";
      return mark + TypeText(Get<DWORD>(type, TI_GET_TYPE), depth + 1);
    }
    case TagArray: {
      // The count is the documented property; the length is in bytes.
      return "[" + std::to_string(Get<DWORD>(type, TI_GET_COUNT)) + "]" + TypeText(Get<DWORD>(type, TI_GET_TYPE), depth + 1);
    }
    case TagFunctionType: {
      std::string text = "(" + TypeText(Get<DWORD>(type, TI_GET_TYPE), depth + 1) + ";", separator;
      for (ULONG child : Children(type)) {
        if (Get<DWORD>(child, TI_GET_SYMTAG) != TagFunctionArgument) continue;
        // An argument without a type stands for those that are not declared.
        std::string argument = TypeText(Get<DWORD>(child, TI_GET_TYPE), depth + 1);
        text += separator + (argument == "none" ? "..." : argument);
        separator = ",";
      }
      return text + ")";
    }
    default: return Name(type);
  }
}

void Types(const std::vector<std::string>& names) {
  SymbolBuffer symbol;
  for (const std::string& name : names) {
    if (!SymGetTypeFromNameW(kSession, kBase, Wide(name).c_str(), &symbol.info)) {
      printf("missing\t%s\n", name.c_str());
      continue;
    }
    ULONG type = symbol.info.TypeIndex;
    DWORD tag = Get<DWORD>(type, TI_GET_SYMTAG);
    // A structure is found as the typedef of its own name.
    if (tag == TagTypedef && TypeText(Get<DWORD>(type, TI_GET_TYPE)) == Name(type)) {
      type = Get<DWORD>(type, TI_GET_TYPE);
      tag = Get<DWORD>(type, TI_GET_SYMTAG);
    }
    printf("type\t%s\t%lu\t%llu\t%s\n", name.c_str(), tag, Get<ULONG64>(type, TI_GET_LENGTH), tag == TagTypedef || tag == TagEnum ? TypeText(Get<DWORD>(type, TI_GET_TYPE)).c_str() : "");
    for (ULONG child : Children(type)) {
      DWORD childTag = Get<DWORD>(child, TI_GET_SYMTAG);
      if (childTag == TagBaseClass) {
        // Virtual bases of bases are no bases of its own.
        if (Get<BOOL>(child, kIsIndirectVirtualBase)) continue;
        bool isVirtual = Get<BOOL>(child, TI_GET_VIRTUALBASECLASS);
        printf("base\t%s\t%lu\t%d\n", TypeText(Get<DWORD>(child, TI_GET_TYPE)).c_str(), isVirtual ? 0 : Get<DWORD>(child, TI_GET_OFFSET), isVirtual);
      } else if (childTag == TagData && tag == TagEnum) {
        VARIANT value = Get<VARIANT>(child, TI_GET_VALUE);
        printf("value\t%s\t%lld\n", Name(child).c_str(), Integer(value));
      } else if (childTag == TagData) {
        DWORD kind = Get<DWORD>(child, TI_GET_DATAKIND);
        bool isStatic = kind == DataIsStaticMember || kind == DataIsConstant, isBits = false;
        DWORD position = Get<DWORD>(child, TI_GET_BITPOSITION, &isBits);
        std::string text = TypeText(Get<DWORD>(child, TI_GET_TYPE));
        if (isBits) text = ":" + std::to_string(position) + "+" + std::to_string(Get<ULONG64>(child, TI_GET_LENGTH)) + " " + text;
        if (isStatic) printf("static\t%s\t%s\n", Name(child).c_str(), text.c_str());
        else printf("field\t%s\t%lu\t%s\n", Name(child).c_str(), Get<DWORD>(child, TI_GET_OFFSET), text.c_str());
      } else if (childTag == TagFunction) {
        printf("function\t%s\t%s\n", Name(child).c_str(), TypeText(Get<DWORD>(child, TI_GET_TYPE)).c_str());
      }
    }
  }
}

void LocalVariables(const std::vector<DWORD>& offsets) {
  for (DWORD offset : offsets) {
    IMAGEHLP_STACK_FRAME frame = {};
    frame.InstructionOffset = kBase + offset;
    SymSetContext(kSession, &frame, nullptr);
    SymEnumSymbolsW(kSession, 0, L"*", PrintVariable, &offset);
  }
}
