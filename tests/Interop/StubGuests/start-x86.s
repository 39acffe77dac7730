# A kernel as the Multiboot specification (version 0.6.96, section 3.1) wants it: protected mode, paging off. The second processor, where there is one,
# waits for a start that does not come.
    .section .multiboot, "a"
    .long 0x1BADB002, 0, -0x1BADB002

    .text
    .globl Start
Start:
    mov $StackTop, %esp
    xor %ebp, %ebp
    call Main
0:  hlt
    jmp 0b

    .bss
    .balign 16
    .skip 4096
StackTop:
