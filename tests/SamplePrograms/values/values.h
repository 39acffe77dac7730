#pragma once
typedef unsigned char UCHAR;
typedef unsigned short USHORT;
typedef unsigned long ULONG;
typedef wchar_t WCHAR;

struct _LIST_ENTRY {
  _LIST_ENTRY *Flink;
  _LIST_ENTRY *Blink;
};

struct _UNICODE_STRING {
  USHORT Length;
  USHORT MaximumLength;
  WCHAR *Buffer;
};

union _LARGE_INTEGER {
  struct {
    ULONG LowPart;
    long HighPart;
  } u;
  long long QuadPart;
};

struct _GUID {
  ULONG Data1;
  USHORT Data2;
  USHORT Data3;
  UCHAR Data4[8];
};

enum Colour { Red, Green = 2, Blue = -1 };
enum class Big : unsigned char { One = 1, Two = 2 };

struct Point {
  int x;
  int y;
};

struct Base {
  int b;
  virtual void f();
};

struct Derived : Base {
  int d;
  static int s_count;
  int Sum(int more);
};

struct Bits {
  unsigned a : 3;
  unsigned b : 1;
  int c : 4;
  unsigned long long d : 40;
};

struct Rich {
  _LIST_ENTRY Links;
  char c;
  signed char sc;
  unsigned char uc;
  wchar_t w;
  bool flag;
  bool flag2;
  short s;
  unsigned short us;
  int i;
  unsigned u;
  long l;
  unsigned long ul;
  long long ll;
  unsigned long long ull;
  float f;
  double d;
  void *pv;
  char *pc;
  wchar_t *pw;
  Point *pp;
  Rich *self;
  int *pi;
  Point **ppp;
  long (*fn)(int, char *);
  void (*fn2)();
  Colour e;
  Big e2;
  Point pt;
  Point pts[3];
  int ints[4];
  char text[8];
  wchar_t wtext[8];
  unsigned char bytes[4];
  Point *ptrs[2];
  int grid[2][3];
  Colour colours[2];
  _LIST_ENTRY lists[2];
  _UNICODE_STRING name;
  _LARGE_INTEGER li;
  _GUID guid;
  union {
    int ui;
    float uf;
  };
  union {
    int q;
    char r;
  } named;
  Bits bits;
  Derived der;
  _LIST_ENTRY *plist;
  _UNICODE_STRING *pname;
  const Point *cpp;
  volatile int vi;
  char16_t c16;
  Point &ref;
  void (*fns[2])(void);
  ULONG ulongs[2];
  double doubles[2];
  _LARGE_INTEGER *pli;
};
