// What C# cannot express: privileged instructions, trap entry, the address-space switch, and the few symbols that ILC's code
// calls without the Microsoft x64 home area. Intel syntax, Microsoft x64 convention (rcx, rdx, r8, r9; rax back).
.intel_syntax noprefix

// A routine without a frame.
.macro LEAF name
    .globl \name
    .def \name; .scl 2; .type 32; .endef
    .p2align 4
\name:
.endm

.text

// ---- Ports (Intel SDM volume 2, IN and OUT) ----
LEAF In8
    mov edx, ecx
    xor eax, eax
    in al, dx
    ret
LEAF In16
    mov edx, ecx
    xor eax, eax
    in ax, dx
    ret
LEAF In32
    mov edx, ecx
    in eax, dx
    ret
LEAF Out8
    mov eax, edx
    mov edx, ecx
    out dx, al
    ret
LEAF Out16
    mov eax, edx
    mov edx, ecx
    out dx, ax
    ret
LEAF Out32
    mov eax, edx
    mov edx, ecx
    out dx, eax
    ret

// ---- Control and debug registers ----
.macro CONTROL_REGISTER register, suffix
LEAF Read\suffix
    mov rax, \register
    ret
LEAF Write\suffix
    mov \register, rcx
    ret
.endm
CONTROL_REGISTER cr0, Cr0
CONTROL_REGISTER cr2, Cr2
CONTROL_REGISTER cr3, Cr3
CONTROL_REGISTER cr4, Cr4
CONTROL_REGISTER cr8, Cr8
CONTROL_REGISTER dr0, Dr0
CONTROL_REGISTER dr1, Dr1
CONTROL_REGISTER dr2, Dr2
CONTROL_REGISTER dr3, Dr3
CONTROL_REGISTER dr6, Dr6
CONTROL_REGISTER dr7, Dr7

// ---- Model-specific registers ----
// int TryReadMsr(uint register, ulong* value): 0 when the processor refuses. The trap handler resumes a #GP whose
// instruction pointer is MsrReadInstruction or MsrWriteInstruction at MsrFault.
LEAF TryReadMsr
    mov r8, rdx
    .globl MsrReadInstruction
MsrReadInstruction:
    rdmsr
    shl rdx, 32
    or rax, rdx
    mov [r8], rax
    mov eax, 1
    ret
// int TryWriteMsr(uint register, ulong value)
LEAF TryWriteMsr
    mov rax, rdx
    shr rdx, 32
    .globl MsrWriteInstruction
MsrWriteInstruction:
    wrmsr
    mov eax, 1
    ret
    .globl MsrFault
MsrFault:
    xor eax, eax
    ret
LEAF MsrReadInstructionAddress
    lea rax, [rip + MsrReadInstruction]
    ret
LEAF MsrWriteInstructionAddress
    lea rax, [rip + MsrWriteInstruction]
    ret
LEAF MsrFaultAddress
    lea rax, [rip + MsrFault]
    ret

// ---- Small instructions ----
LEAF ReadTimeStamp
    rdtsc
    shl rdx, 32
    or rax, rdx
    ret
// void CpuId(uint leaf, uint subleaf, uint* eaxEbxEcxEdx)
LEAF CpuId
    push rbx
    mov eax, ecx
    mov ecx, edx
    cpuid
    mov [r8], eax
    mov [r8 + 4], ebx
    mov [r8 + 8], ecx
    mov [r8 + 12], edx
    pop rbx
    ret
LEAF Pause
    pause
    ret
LEAF WaitForInterrupt
    sti
    hlt
    ret
LEAF HaltForever
    cli
    hlt
    jmp HaltForever
// ulong DisableInterrupts(): the flags before
LEAF DisableInterrupts
    pushfq
    pop rax
    cli
    ret
LEAF RestoreFlags
    push rcx
    popfq
    ret
LEAF Yield
    int 0x31
    ret
LEAF ReadMxCsr
    push rax
    stmxcsr [rsp]
    pop rax
    mov eax, eax
    ret

// ---- Descriptor tables ----
LEAF LoadInterruptTable
    lidt [rcx]
    ret
// void LoadSegments(void* gdtr, ushort tss): NT's selectors (facts: kdnet-wire section 5 asks a real 64-bit descriptor at 0x10)
LEAF LoadSegments
    lgdt [rcx]
    mov eax, 0x18
    mov ss, eax
    mov eax, 0x2b
    mov ds, eax
    mov es, eax
    mov gs, eax
    mov eax, 0x53
    mov fs, eax
    ltr dx
    pop rax
    push 0x10
    push rax
    .byte 0x48, 0xcb        // retfq: into the new code segment
LEAF StoreGlobalTable
    sgdt [rcx]
    ret
LEAF StoreInterruptTable
    sidt [rcx]
    ret
LEAF ReadTaskRegister
    xor eax, eax
    str ax
    ret

// ---- Address space and threads ----
// void EnterHigh(ulong entry, ulong stackTop): leaves the low mapping of the image for good.
LEAF EnterHigh
    mov rsp, rdx
    sub rsp, 40
    mov qword ptr [rsp + 32], 0
    xor ebp, ebp
    jmp rcx

// A thread begins here, by the return from a made-up trap: rcx = entry (an int argument in rdx). The frame ends the stack walk:
// the return address above it is zero.
    .globl ThreadStart
    .def ThreadStart; .scl 2; .type 32; .endef
    .p2align 4
.seh_proc ThreadStart
ThreadStart:
    sub rsp, 40
    .seh_stackalloc 40
    .seh_endprologue
    mov rax, rcx
    mov ecx, edx
    call rax
    int3
.seh_endproc
LEAF ThreadStartAddress
    lea rax, [rip + ThreadStart]
    ret

// ---- Traps ----
// Each stub leaves: error code (the processor's or 0), vector; then all go through TrapCommon. TrapFrame.cs has the layout.
.macro STUB vector, hasError
    .p2align 4
TrapStub\vector:
    .if \hasError == 0
    push 0
    .endif
    push \vector
    jmp TrapCommon
.endm

.altmacro
.macro STUBS from, to, hasError
    .set i, \from
    .rept \to - \from + 1
    STUB %i, \hasError
    .set i, i + 1
    .endr
.endm
STUBS 0, 7, 0
STUBS 8, 8, 1
STUBS 9, 9, 0
STUBS 10, 14, 1
STUBS 15, 16, 0
STUBS 17, 17, 1
STUBS 18, 20, 0
STUBS 21, 21, 1
STUBS 22, 28, 0
STUBS 29, 30, 1
STUBS 31, 63, 0

// The unwind directives describe the stack that the stubs have built, so that a debugger walks through a trap into the
// interrupted code.
    .globl TrapCommon
    .def TrapCommon; .scl 2; .type 32; .endef
    .p2align 4
.seh_proc TrapCommon
TrapCommon:
    .seh_pushframe @code
    .seh_stackalloc 8
    push rax
    .seh_pushreg rax
    push rcx
    .seh_pushreg rcx
    push rdx
    .seh_pushreg rdx
    push rbx
    .seh_pushreg rbx
    push rbp
    .seh_pushreg rbp
    push rsi
    .seh_pushreg rsi
    push rdi
    .seh_pushreg rdi
    push r8
    .seh_pushreg r8
    push r9
    .seh_pushreg r9
    push r10
    .seh_pushreg r10
    push r11
    .seh_pushreg r11
    push r12
    .seh_pushreg r12
    push r13
    .seh_pushreg r13
    push r14
    .seh_pushreg r14
    push r15
    .seh_pushreg r15
    sub rsp, 560            // 32 home area, 512 floating-point state, 16 segment registers
    .seh_stackalloc 560
    .seh_endprologue
    cld
    fxsave64 [rsp + 32]
    mov word ptr [rsp + 544], ds
    mov word ptr [rsp + 546], es
    mov word ptr [rsp + 548], fs
    mov word ptr [rsp + 550], gs
    lea rcx, [rsp + 32]
    call HandleTrap         // returns the frame to resume: this one, or another thread's
    lea rsp, [rax - 32]
    fxrstor64 [rsp + 32]
    add rsp, 560
    pop r15
    pop r14
    pop r13
    pop r12
    pop r11
    pop r10
    pop r9
    pop r8
    pop rdi
    pop rsi
    pop rbp
    pop rbx
    pop rdx
    pop rcx
    pop rax
    add rsp, 16
    iretq
.seh_endproc

// ulong TrapStubAddress(int vector)
LEAF TrapStubAddress
    lea rax, [rip + TrapStubTable]
    movsxd rcx, dword ptr [rax + rcx * 4]
    add rax, rcx
    ret

// ---- The kernel's breakpoint with a status in rcx, where debuggers expect a break-in to stop (facts: kdnet-wire section 4) ----
LEAF DbgBreakPointWithStatus
    int3
    ret
LEAF DbgBreakPointWithStatusAddress
    lea rax, [rip + DbgBreakPointWithStatus]
    ret

// ---- Called by ILC's code ----
// The JIT calls the write barriers without a home area and expects all other registers kept, so they cannot be C#.
LEAF RhpAssignRef
LEAF RhpCheckedAssignRef
    mov [rcx], rdx
    ret
LEAF RhpByRefAssignRef
    mov rax, [rsi]
    mov [rdi], rax
    add rsi, 8
    add rdi, 8
    ret
LEAF RhpGcPoll
    ret
// The library start-up wrapper that --nativelib emits is never called; it must only link.
LEAF RhpReversePInvoke
LEAF RhpReversePInvokeReturn
LEAF RhpThrowEx
LEAF RhpFallbackFailFast
    int3
    ret

LEAF memcpy
LEAF memmove
    push rsi
    push rdi
    mov rax, rcx
    mov rdi, rcx
    mov rsi, rdx
    mov rdx, rcx
    sub rdx, rsi
    mov rcx, r8
    cmp rdx, rcx            // destination inside the source: copy from the end
    jb 1f
    rep movsb
    jmp 2f
1:  lea rsi, [rsi + rcx - 1]
    lea rdi, [rdi + rcx - 1]
    std
    rep movsb
    cld
2:  pop rdi
    pop rsi
    ret
LEAF memset
    push rdi
    mov r9, rcx
    mov rdi, rcx
    mov eax, edx
    mov rcx, r8
    rep stosb
    mov rax, r9
    pop rdi
    ret

LEAF ModulesStart
    lea rax, [rip + ModulesFirst]
    ret
LEAF ModulesEnd
    lea rax, [rip + ModulesLast]
    ret
LEAF HighEntryAddress
    lea rax, [rip + KernelMain]
    ret

.section .rdata, "dr"
    .p2align 2
.macro STUB_OFFSET vector
    .long TrapStub\vector - TrapStubTable
.endm
TrapStubTable:
    .set i, 0
    .rept 64
    STUB_OFFSET %i
    .set i, i + 1
    .endr

    .globl RhpTrapThreads
RhpTrapThreads:
    .long 0
    .p2align 3
    .globl __security_cookie
__security_cookie:
    .quad 0x00002B992DDFA232

// The linker sorts these sections by the text after '$': ILC's module list lies in .modules$I, between the two labels.
.section .modules$A, "dr"
    .p2align 3
ModulesFirst:
.section .modules$Z, "dr"
    .p2align 3
ModulesLast:
    .quad 0
