// Brings the images of nt-kernel.c and nt-driver.c to their addresses on QEMU's "virt", with both processors: tables of pages, then the kernel's entry.
// Arm Architecture Reference Manual, D8.3 (tables of 4 KiB pages), D17.2 (TCR_EL1, MAIR_EL1); PSCI's CPU_ON: Arm DEN 0022, 5.6.
    .globl Start
Start:
    adr x10, Tables
    // Lower half, from level 1 (39 bits): devices in the first GiB, RAM in the second, each at its own address.
    ldr x1, =0x0000000000000405
    str x1, [x10]
    ldr x1, =0x0000000040000701
    str x1, [x10, #8]
    // Upper half, levels 0 to 2: 2 MiB for each image.
    add x11, x10, #0x1000
    add x12, x10, #0x2000
    add x13, x10, #0x3000
    orr x1, x12, #3
    str x1, [x11, #(((KERNEL >> 39) & 511) * 8)]
    orr x1, x13, #3
    str x1, [x12, #(((KERNEL >> 30) & 511) * 8)]
    ldr x1, =0x40400701
    str x1, [x13, #(((KERNEL >> 21) & 511) * 8)]
    ldr x1, =0x40600701
    str x1, [x13, #(((DRIVER >> 21) & 511) * 8)]
    dsb sy
    ldr w0, =0xC4000003
    mov x1, #1
    adr x2, StartSecond
    mov x3, xzr
    hvc #0
    mov x19, xzr
    adr x20, StackTop
    b Enter
StartSecond:
    mov x19, #1
    adr x20, SecondStackTop
Enter:
    adr x10, Tables
    add x11, x10, #0x1000
    // Attribute 0 is normal memory, 1 devices.
    mov x1, #0xFF
    msr mair_el1, x1
    ldr x1, =0x00000001B5103519
    msr tcr_el1, x1
    msr ttbr0_el1, x10
    msr ttbr1_el1, x11
    isb
    mrs x1, sctlr_el1
    orr x1, x1, #1
    orr x1, x1, #4
    orr x1, x1, #0x1000
    msr sctlr_el1, x1
    isb
    mov sp, x20
    mov x29, xzr
    mov x30, xzr
    // AddressOfEntryPoint of the image (PE format, Optional Header).
    ldr x1, =KERNEL
    ldr w2, [x1, #0x3C]
    add x2, x1, x2
    ldr w2, [x2, #0x28]
    add x1, x1, x2
    mov x0, x19
    br x1

    .section .kernel, "aw"
    .incbin "ntkrnlmp.exe"
    .section .driver, "aw"
    .incbin "primes.sys"

    .bss
    .balign 4096
Tables:
    .skip 0x4000
    .skip 0x4000
StackTop:
    .skip 0x4000
SecondStackTop:
