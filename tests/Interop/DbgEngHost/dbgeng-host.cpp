// Drives Microsoft's debugger engine (dbgeng.dll) through its public COM interfaces and reports what it did, step by step.
//
//   dbgeng-host.exe CONNECTION STEP...
//
// CONNECTION is what AttachKernel takes ("net:port=50000,key=1.2.3.4"). A step is a debugger command, or an action of this program:
//   @initial-break       ask for a break at attach (before @wait)
//   @wait                WaitForEvent without limit: a kernel target takes no other (E_NOTIMPL)
//   @interrupt MS        in MS milliseconds, from another thread, SetInterrupt(ACTIVE)
//   @options             GetKernelConnectionOptions
//   @detach              EndSession(ACTIVE_DETACH)
//   @time                prints a clock in milliseconds
// A command that lets the target run is followed by a wait. Each step prints "@@ begin STEP", the engine's normal, error, warning and
// debuggee output, and "@@ end HRESULT STATUS"; STATUS is what GetExecutionStatus says (6: broken in).
#include <winsock2.h>
#include <initguid.h>
#include <windows.h>
#include <dbgeng.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

IDebugClient4* client;
IDebugControl3* control;
CRITICAL_SECTION output_lock;
bool at_line_start = true;

void Report(const char* format, ...) {
  EnterCriticalSection(&output_lock);
  if (!at_line_start) putchar('\n');
  at_line_start = true;
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  LeaveCriticalSection(&output_lock);
}

struct OutputToStdout : IDebugOutputCallbacks {
  STDMETHOD(QueryInterface)(REFIID id, void** object) {
    if (id == IID_IUnknown || id == IID_IDebugOutputCallbacks) {
      *object = this;
      return S_OK;
    }
    *object = nullptr;
    return E_NOINTERFACE;
  }
  STDMETHOD_(ULONG, AddRef)() { return 1; }
  STDMETHOD_(ULONG, Release)() { return 1; }
  STDMETHOD(Output)(ULONG, PCSTR text) {
    EnterCriticalSection(&output_lock);
    fputs(text, stdout);
    if (*text) at_line_start = text[strlen(text) - 1] == '\n';
    LeaveCriticalSection(&output_lock);
    return S_OK;
  }
};

// Wine 8 refuses a socket option and an ioctl that the engine insists on and that change nothing for it. The engine finds both
// functions through its import table and GetProcAddress, so those are where they are replaced.
int(WINAPI* real_setsockopt)(SOCKET, int, int, const char*, int);
decltype(&WSAIoctl) real_ioctl;

int WINAPI LenientSetSockOpt(SOCKET socket, int level, int option, const char* value, int length) {
  if (real_setsockopt(socket, level, option, value, length) != 0) WSASetLastError(0);
  return 0;
}

int WINAPI LenientIoctl(SOCKET socket, DWORD code, LPVOID in, DWORD in_size, LPVOID out, DWORD out_size, LPDWORD returned,
                        LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
  if (real_ioctl(socket, code, in, in_size, out, out_size, returned, overlapped, routine) != 0) {
    WSASetLastError(0);
    if (returned) *returned = 0;
  }
  return 0;
}

FARPROC Lenient(FARPROC function) {
  if (function == reinterpret_cast<FARPROC>(real_setsockopt)) return reinterpret_cast<FARPROC>(LenientSetSockOpt);
  if (function == reinterpret_cast<FARPROC>(real_ioctl)) return reinterpret_cast<FARPROC>(LenientIoctl);
  return function;
}

FARPROC WINAPI LenientGetProcAddress(HMODULE module, LPCSTR name) { return Lenient(GetProcAddress(module, name)); }

void PatchImports(HMODULE module) {
  HMODULE sockets = LoadLibraryA("ws2_32.dll");
  real_setsockopt = reinterpret_cast<decltype(real_setsockopt)>(GetProcAddress(sockets, "setsockopt"));
  real_ioctl = reinterpret_cast<decltype(real_ioctl)>(GetProcAddress(sockets, "WSAIoctl"));
  FARPROC lookup = GetProcAddress(GetModuleHandleA("kernel32.dll"), "GetProcAddress");
  FARPROC base_lookup = GetProcAddress(GetModuleHandleA("kernelbase.dll"), "GetProcAddress");
  BYTE* base = reinterpret_cast<BYTE*>(module);
  auto* headers = reinterpret_cast<IMAGE_NT_HEADERS64*>(base + reinterpret_cast<IMAGE_DOS_HEADER*>(base)->e_lfanew);
  DWORD imports = headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;
  for (auto* entry = reinterpret_cast<IMAGE_IMPORT_DESCRIPTOR*>(base + imports); entry->Name; entry++) {
    for (auto* cell = reinterpret_cast<FARPROC*>(base + entry->FirstThunk); *cell; cell++) {
      FARPROC wanted = *cell == lookup || *cell == base_lookup ? reinterpret_cast<FARPROC>(LenientGetProcAddress) : Lenient(*cell);
      if (wanted == *cell) continue;
      DWORD protection;
      VirtualProtect(cell, sizeof *cell, PAGE_READWRITE, &protection);
      *cell = wanted;
    }
  }
}

DWORD WINAPI InterruptLater(void* delay) {
  Sleep(static_cast<DWORD>(reinterpret_cast<ULONG_PTR>(delay)));
  control->SetInterrupt(DEBUG_INTERRUPT_ACTIVE);
  return 0;
}

ULONG Status() {
  ULONG status = DEBUG_STATUS_NO_DEBUGGEE;
  control->GetExecutionStatus(&status);
  return status;
}

HRESULT Wait() { return control->WaitForEvent(0, INFINITE); }

HRESULT Perform(const std::string& step) {
  if (step == "@initial-break") return control->AddEngineOptions(DEBUG_ENGOPT_INITIAL_BREAK);
  if (step == "@wait") return Wait();
  if (step == "@detach") return client->EndSession(DEBUG_END_ACTIVE_DETACH);
  if (step == "@time") {
    Report("%llu ms\n", GetTickCount64());
    return S_OK;
  }
  if (step == "@options") {
    char text[1024] = "";
    ULONG size = 0;
    HRESULT result = client->GetKernelConnectionOptions(text, sizeof text, &size);
    Report("%s\n", text);
    return result;
  }
  if (step.compare(0, 11, "@interrupt ") == 0) {
    HANDLE thread = CreateThread(nullptr, 0, InterruptLater, reinterpret_cast<void*>(static_cast<ULONG_PTR>(atoi(step.c_str() + 11))), 0, nullptr);
    return thread ? S_OK : E_FAIL;
  }
  HRESULT result = control->Execute(DEBUG_OUTCTL_ALL_CLIENTS, step.c_str(), DEBUG_EXECUTE_NOT_LOGGED);
  ULONG status = Status();
  if (SUCCEEDED(result) && status != DEBUG_STATUS_BREAK && status != DEBUG_STATUS_NO_DEBUGGEE) result = Wait();
  return result;
}

}  // namespace

int main(int count, char** arguments) {
  setvbuf(stdout, nullptr, _IONBF, 0);
  InitializeCriticalSection(&output_lock);
  if (count < 2) return 2;
  HMODULE engine = LoadLibraryA("dbgeng.dll");
  if (!engine) {
    Report("@@ end %08lx 0\n", HRESULT_FROM_WIN32(GetLastError()));
    return 1;
  }
  PatchImports(engine);
  auto create = reinterpret_cast<HRESULT(WINAPI*)(REFIID, PVOID*)>(GetProcAddress(engine, "DebugCreate"));
  static OutputToStdout output;
  if (FAILED(create(IID_IDebugClient4, reinterpret_cast<void**>(&client)))) return 1;
  client->SetOutputCallbacks(&output);
  client->SetOutputMask(DEBUG_OUTPUT_NORMAL | DEBUG_OUTPUT_ERROR | DEBUG_OUTPUT_WARNING | DEBUG_OUTPUT_DEBUGGEE);
  client->QueryInterface(IID_IDebugControl3, reinterpret_cast<void**>(&control));

  Report("@@ begin @attach\n");
  HRESULT result = client->AttachKernel(DEBUG_ATTACH_KERNEL_CONNECTION, arguments[1]);
  Report("@@ end %08lx %lu\n", result, Status());
  if (FAILED(result)) return 1;
  for (int i = 2; i < count; i++) {
    Report("@@ begin %s\n", arguments[i]);
    result = Perform(arguments[i]);
    Report("@@ end %08lx %lu\n", result, Status());
  }
  // The engine's own threads may hold locks; nothing is left to save.
  fflush(stdout);
  TerminateProcess(GetCurrentProcess(), 0);
}
