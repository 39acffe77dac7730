// A kernel with the structures by which NT's debuggers find their way, for machines behind a gdb stub: a debugger data block, a module list with two images,
// a control region for each processor. It calls its driver for ever. Built as a PE image for each architecture; its start code brings it to its address.
// Layouts: those that kernel symbols publish; the data block as facts: kdnet-wire, appendix A.

#include "ready.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef __INTPTR_TYPE__ word;

typedef struct ListEntry
{
    struct ListEntry *Flink, *Blink;
} ListEntry;

typedef struct
{
    u16 Length, MaximumLength;
    const u16 *Buffer;
} CountedString;

typedef struct
{
    ListEntry Links;
    void *ExceptionTable;
    u32 ExceptionTableSize;
    void *GpValue, *NonPagedDebugInfo;
    u8 *Base, *EntryPoint;
    u32 SizeOfImage;
    CountedString FullName, BaseName;
    u32 Flags;
} ModuleEntry;

extern u8 __ImageBase;

enum
{
    Processors = 2,
    RegionSize = 0x2000,
#if defined(__aarch64__)
    Started = 2,
    BlockOffset = 0x980,
    ThreadOffset = 8,
    NumberOffset = 0x24,
#else
    Started = 1,
    BlockOffset = 0x120,
    ThreadOffset = 4,
    NumberOffset = 0x10,
#endif
};

#define PAGE_ALIGNED __attribute__((aligned(4096)))
#define NAME(text) { sizeof(text) - 2, sizeof(text), text }

u64 KdDebuggerDataBlock[0x70];
ListEntry KdpDebuggerDataListHead;
ListEntry PsLoadedModuleList;
u8 *KiProcessorBlock[Processors];
u8 Regions[Processors][RegionSize] PAGE_ALIGNED;
u8 Threads[Processors][0x800] PAGE_ALIGNED;
char NtBuildLab[] = "22621.1.guest.261126-0000";

volatile u32 Rounds;
volatile u32 Primes;
volatile u32 Limit = 100;
volatile u32 KeNumberProcessors;

ModuleEntry KernelEntry = {.FullName = NAME(u"\\SystemRoot\\system32\\ntoskrnl.exe"), .BaseName = NAME(u"ntoskrnl.exe"), .Base = &__ImageBase};
ModuleEntry DriverEntry = {.FullName = NAME(u"\\SystemRoot\\system32\\drivers\\primes.sys"), .BaseName = NAME(u"primes.sys"), .Base = (u8 *)DRIVER_BASE};

__attribute__((noinline, used)) void DbgBreakPointWithStatus(u32 status)
{
    (void)status;
    __builtin_debugtrap();
}

// What interrupts and exceptions come to: none is expected.
__attribute__((noinline, used, aligned(2048))) void Vectors(void)
{
    for (;;) __asm__ volatile("");
}

static u32 Header(u8 *image, u32 offset)
{
    return *(u32 *)(image + *(u32 *)(image + 0x3C) + offset);
}

static void AddModule(ModuleEntry *entry)
{
    entry->SizeOfImage = Header(entry->Base, 0x50);
    entry->EntryPoint = entry->Base + Header(entry->Base, 0x28);
    entry->Links.Flink = &PsLoadedModuleList;
    entry->Links.Blink = PsLoadedModuleList.Blink;
    PsLoadedModuleList.Blink->Flink = &entry->Links;
    PsLoadedModuleList.Blink = &entry->Links;
}

static void Put(u32 offset, const volatile void *pointer)
{
    *(u64 *)((u8 *)KdDebuggerDataBlock + offset) = (u64)(word)pointer;
}

static void PutShort(u32 offset, u16 value)
{
    *(u16 *)((u8 *)KdDebuggerDataBlock + offset) = value;
}

static void DescribeForDebuggers(void)
{
    ListEntry *block = (ListEntry *)KdDebuggerDataBlock;
    KdpDebuggerDataListHead.Flink = KdpDebuggerDataListHead.Blink = block;
    block->Flink = block->Blink = &KdpDebuggerDataListHead;
    *(u32 *)((u8 *)KdDebuggerDataBlock + 0x10) = 0x4742444B; // KDBG
    *(u32 *)((u8 *)KdDebuggerDataBlock + 0x14) = sizeof KdDebuggerDataBlock;
    Put(0x18, &__ImageBase);
    Put(0x20, (void *)DbgBreakPointWithStatus);
    Put(0x48, &PsLoadedModuleList);
    Put(0x208, NtBuildLab);
    Put(0x218, KiProcessorBlock);
    PutShort(0x2b4, ThreadOffset);
    PutShort(0x2be, NumberOffset);
    PutShort(0x2e6, BlockOffset);
    PsLoadedModuleList.Flink = PsLoadedModuleList.Blink = &PsLoadedModuleList;
    AddModule(&KernelEntry);
    AddModule(&DriverEntry);
}

#if defined(__aarch64__)
static void LoadProcessor(u8 *region)
{
    __asm__ volatile("msr tpidr_el1, %0\n msr vbar_el1, %1\n isb" ::"r"(region), "r"((void *)Vectors));
}
#else
u64 Descriptors[16] PAGE_ALIGNED;
u64 Interrupts[256] PAGE_ALIGNED;

typedef struct
{
    u16 Limit;
    void *Base;
} __attribute__((packed)) TableRegister;

static void LoadProcessor(u8 *region)
{
    u32 base = (u32)region, handler = (u32)Vectors;
    Descriptors[1] = 0x00CF9B000000FFFFull;
    Descriptors[2] = 0x00CF93000000FFFFull;
    Descriptors[6] = 0x0040930000001FFFull | (u64)(base & 0xFFFFFF) << 16 | (u64)(base >> 24) << 56;
    for (u32 i = 0; i < 256; i++) Interrupts[i] = (u64)(handler & 0xFFFF0000) << 32 | 0x8E00ull << 32 | 8 << 16 | (handler & 0xFFFF);
    *(u8 **)(region + 0x1C) = region;
    *(u8 **)(region + 0x20) = region + BlockOffset;
    *(void **)(region + 0x38) = Interrupts;
    *(void **)(region + 0x3C) = Descriptors;
    TableRegister descriptors = {sizeof Descriptors - 1, Descriptors}, interrupts = {sizeof Interrupts - 1, Interrupts};
    __asm__ volatile("lgdt %0\n lidt %1\n ljmp $8, $1f\n1: mov %w2, %%ds\n mov %w2, %%es\n mov %w2, %%ss\n mov %w3, %%fs" ::"m"(descriptors), "m"(interrupts), "r"(16), "r"(0x30));
}
#endif

static void StartProcessor(u32 number)
{
    u8 *region = Regions[number], *block = region + BlockOffset;
    *(u8 **)(block + ThreadOffset) = Threads[number];
    *(u32 *)(block + NumberOffset) = number;
    LoadProcessor(region);
    KiProcessorBlock[number] = block;
    KeNumberProcessors++;
}

__attribute__((noinline)) void CountForever(void)
{
    u32 (*count)(u32) = (u32 (*)(u32))DriverEntry.EntryPoint;
    for (;;)
    {
        Primes = count(Limit);
        Rounds++;
    }
}

__attribute__((noinline)) void WaitForever(void)
{
    for (;;) __asm__ volatile("" ::: "memory");
}

void KiSystemStartup(u32 processor)
{
    if (processor == 0) DescribeForDebuggers();
    while (KeNumberProcessors < processor)
    {
    }

    StartProcessor(processor);
    if (processor == Started - 1) TellReady();
    if (processor == 0) CountForever();
    else WaitForever();
    Rounds = 0;
}
