// Says on the first serial line that the guest has come to where tests expect it: QEMU's "virt" has a PL011 at 9000000, a PC an 8250 at 3F8. Neither needs to be
// set up in QEMU.
static inline void TellReady(void)
{
#if defined(__aarch64__)
    *(volatile unsigned *)0x09000000 = '!';
#else
    __asm__ volatile("outb %0, %1" ::"a"((unsigned char)'!'), "d"((unsigned short)0x3F8));
#endif
}
