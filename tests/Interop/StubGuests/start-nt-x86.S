// Brings the images of nt-kernel.c and nt-driver.c to their addresses: 16 pages of 4 MiB at 0 and again at 2 GiB (SDM 3A, 4.3), then the kernel's entry. The
// second processor, where there is one, waits for a start that does not come. Begins as the Multiboot specification (version 0.6.96, section 3.1) says.
    .section .multiboot, "a"
    .long 0x1BADB002, 0, -0x1BADB002

    .text
    .globl Start
Start:
    mov $Directory, %edi
    mov $0x83, %eax
    xor %ecx, %ecx
0:  mov %eax, (%edi,%ecx,4)
    mov %eax, 0x800(%edi,%ecx,4)
    add $0x400000, %eax
    inc %ecx
    cmp $16, %ecx
    jne 0b
    mov %edi, %cr3
    mov %cr4, %eax
    or $0x10, %eax
    mov %eax, %cr4
    mov %cr0, %eax
    or $0x80000000, %eax
    mov %eax, %cr0
    mov $(StackTop + 0x80000000), %esp
    xor %ebp, %ebp
    // AddressOfEntryPoint of the image (PE format, Optional Header).
    mov $KERNEL, %eax
    mov 0x3C(%eax), %ebx
    add 0x28(%eax,%ebx), %eax
    push $0
    push $0
    jmp *%eax

    .section .kernel, "aw"
    .incbin "ntkrnlmp.exe"
    .section .driver, "aw"
    .incbin "primes.sys"

    .bss
    .balign 4096
Directory:
    .skip 0x1000
    .skip 0x4000
StackTop:
    .skip 16
