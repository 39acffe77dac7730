// What the parts of the host program share: the loaded module and plain output.
#pragma once

#include <windows.h>
#include <dbghelp.h>

#include <string>
#include <vector>

// Documented, but not in MinGW's header.
extern "C" {
DWORD WINAPI SymAddrIncludeInlineTrace(HANDLE session, DWORD64 address);
BOOL WINAPI SymQueryInlineTrace(HANDLE session, DWORD64 start, DWORD startContext, DWORD64 startReturn, DWORD64 address, LPDWORD context, LPDWORD frame);
BOOL WINAPI SymFromInlineContextW(HANDLE session, DWORD64 address, ULONG context, PDWORD64 displacement, PSYMBOL_INFOW symbol);
BOOL WINAPI SymGetLineFromInlineContextW(HANDLE session, DWORD64 address, ULONG context, DWORD64 base, PDWORD displacement, PIMAGEHLP_LINEW64 line);
}
inline const IMAGEHLP_SYMBOL_TYPE_INFO kIsReference = static_cast<IMAGEHLP_SYMBOL_TYPE_INFO>(TI_GET_CALLING_CONVENTION + 5);  // TI_GET_IS_REFERENCE
inline const IMAGEHLP_SYMBOL_TYPE_INFO kIsIndirectVirtualBase = static_cast<IMAGEHLP_SYMBOL_TYPE_INFO>(TI_GET_CALLING_CONVENTION + 6);  // TI_GET_INDIRECTVIRTUALBASECLASS

// The handle by which dbghelp tells sessions apart; any value will do.
inline const HANDLE kSession = reinterpret_cast<HANDLE>(0x4e65744b);

// Where the image is taken to be loaded.
inline const DWORD64 kBase = 0x10000000;

std::string Narrow(const wchar_t* text);
std::wstring Wide(const std::string& text);

// A SYMBOL_INFO with room for a name of any usual length.
struct SymbolBuffer {
  SYMBOL_INFOW info;
  wchar_t name[8192];
  SymbolBuffer();
};

// Offsets from the image's base, one in hexadecimal a line.
std::vector<DWORD> ReadOffsets(const std::string& file);
std::vector<std::string> ReadLines(const std::string& file);

// Loads the image and its PDB; says why on standard error when it cannot. "publics" chooses SYMOPT_AUTO_PUBLICS as kd does.
bool Load(const std::string& image);

void Types(const std::vector<std::string>& names);
void LocalVariables(const std::vector<DWORD>& offsets);
std::string TypeText(ULONG type, int depth = 0);

int Measure(const std::string& what, const std::string& image, const std::string& list);
