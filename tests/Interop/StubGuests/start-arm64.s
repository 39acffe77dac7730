// For QEMU's "virt": begins in EL1 with the MMU off. The second processor is started by PSCI's CPU_ON (Arm DEN 0022, 5.6).
    .globl Start
Start:
    ldr x0, =StackTop
    mov sp, x0
    mov x29, xzr
    mov x30, xzr
    ldr w0, =0xC4000003
    mov x1, #1
    ldr x2, =StartSecond
    mov x3, xzr
    hvc #0
    mov x29, xzr
    bl Main
0:  wfi
    b 0b

StartSecond:
    ldr x0, =SecondStackTop
    mov sp, x0
    mov x29, xzr
    mov x30, xzr
    bl Second
    b 0b

    .bss
    .balign 16
    .skip 4096
StackTop:
    .skip 4096
SecondStackTop:
