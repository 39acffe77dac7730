/* What compilers expect of a runtime library. */
int _fltused;
unsigned long _tls_index;

#ifdef __i386__
/* Where FS holds the thread's storage: an absolute symbol, which is no place in the image. */
__asm__(".globl __tls_array\n.set __tls_array, 0x2c");
#endif

void *memset(void *to, int value, __SIZE_TYPE__ length) {
  volatile unsigned char *bytes = to;
  while (length-- > 0) *bytes++ = (unsigned char)value;
  return to;
}

void *memcpy(void *to, const void *from, __SIZE_TYPE__ length) {
  volatile unsigned char *bytes = to;
  const unsigned char *source = from;
  while (length-- > 0) *bytes++ = *source++;
  return to;
}

void _purecall(void) {}
