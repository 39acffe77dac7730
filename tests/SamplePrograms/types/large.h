#pragma once

// More members than one record of 64 KiB holds, by macros that multiply.
#define TIMES10(M, p) M(p##0) M(p##1) M(p##2) M(p##3) M(p##4) M(p##5) M(p##6) M(p##7) M(p##8) M(p##9)
#define TIMES100(M, p) TIMES10(M, p##0) TIMES10(M, p##1) TIMES10(M, p##2) TIMES10(M, p##3) TIMES10(M, p##4) \
  TIMES10(M, p##5) TIMES10(M, p##6) TIMES10(M, p##7) TIMES10(M, p##8) TIMES10(M, p##9)
#define TIMES1000(M, p) TIMES100(M, p##0) TIMES100(M, p##1) TIMES100(M, p##2) TIMES100(M, p##3) TIMES100(M, p##4) \
  TIMES100(M, p##5) TIMES100(M, p##6) TIMES100(M, p##7) TIMES100(M, p##8) TIMES100(M, p##9)

#define LARGE_FIELD(n) int aFieldWithALongName##n;
#define LARGE_VALUE(n) AnEnumeratorWithALongName##n,

struct Large {
  TIMES1000(LARGE_FIELD, A)
  TIMES1000(LARGE_FIELD, B)
  TIMES1000(LARGE_FIELD, C)
  TIMES1000(LARGE_FIELD, D)
};

enum LargeEnum {
  TIMES1000(LARGE_VALUE, A)
  TIMES1000(LARGE_VALUE, B)
  TIMES1000(LARGE_VALUE, C)
  TIMES1000(LARGE_VALUE, D)
};
