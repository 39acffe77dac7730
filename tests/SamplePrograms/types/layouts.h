#pragma once

// Declared here, defined in other.cpp only: the compiland of main.cpp knows it as a forward reference.
struct Elsewhere;
enum class Later : short;

namespace hard {

enum Signed8 : signed char { S8Low = -128, S8None = 0, S8High = 127 };
enum Unsigned8 : unsigned char { U8Zero, U8High = 255 };
enum Signed16 : short { S16Low = -32768, S16High = 32767 };
enum Unsigned16 : unsigned short { U16Middle = 0x8000, U16High = 65535 };
enum Signed32 : int { S32Low = -2147483647 - 1, S32High = 2147483647 };
enum Unsigned32 : unsigned { U32Middle = 0x80000000u, U32High = 0xffffffffu };
enum Signed64 : long long { S64Low = -9223372036854775807LL - 1, S64High = 9223372036854775807LL };
enum class Unsigned64 : unsigned long long { Middle = 0x8000000000000000ULL, High = 0xffffffffffffffffULL };
enum Character : char { CharacterA = 'A' };
enum Boolean : bool { No, Yes };
enum Wide : wchar_t { WideHigh = 0xffff };
enum { UnnamedOne = 1, UnnamedTwo };

struct Bits {
  unsigned first : 1;
  unsigned : 3;
  signed second : 28;
  unsigned : 0;
  unsigned char small : 3;
  bool flag : 1;
  Unsigned8 kind : 4;
  unsigned long long wide : 63;
  unsigned long long last : 1;
  volatile unsigned guarded : 5;
};

struct Nested {
  int tag;
  union {
    int whole;
    struct {
      short low;
      short high;
    };
    struct {
      unsigned char bytes[4];
    } named;
  };
  union Value {
    long long integer;
    double real;
    struct Pair {
      float x, y;
    } pair;
  } value;
  enum class Inner { A = -1, B } inner;
  typedef Nested *Link;
  Link next;
};

struct Arrays {
  int one[7];
  char two[3][5];
  Nested *three[2][3][4];
  const wchar_t text[16];
  int (*rows)[9];
  int flexible[];
};

struct Pointers {
  void *any;
  const void *constAny;
  char *const constPointer;
  volatile long *volatileTarget;
  const char *const volatile both;
  int **deep;
  int &reference;
  int &&temporary;
  int (*function)(int, const char *);
  void (*variadic)(const char *, ...);
  int (*(*chained)(void))(short);
  int Nested::*member;
  long long (Nested::*method)(int) const;
  Elsewhere *elsewhere;
  decltype(nullptr) null;
};

struct Basics {
  char c;
  signed char sc;
  unsigned char uc;
  wchar_t wc;
  char16_t c16;
  char32_t c32;
#ifdef __cpp_char8_t
  char8_t c8;
#endif
  short s;
  unsigned short us;
  int i;
  unsigned u;
  long l;
  unsigned long ul;
  long long ll;
  unsigned long long ull;
#ifdef __SIZEOF_INT128__
  __int128 i128;
  unsigned __int128 u128;
#endif
  bool b;
  float f;
  double d;
  long double ld;
};

class Abstract {
public:
  virtual ~Abstract();
  virtual int Pure() const = 0;
  virtual void Overloaded(int);
  virtual void Overloaded(double);
  static int Count();
  static int s_count;
  void operator()(int);
  operator int() const;
};

class First : public virtual Abstract {
public:
  int first;
  int Pure() const override;
};

class Second : public virtual Abstract {
public:
  int second;
  int Pure() const override;
};

class Diamond : public First, public Second {
public:
  Diamond();
  int Pure() const override;
  virtual void Added();
  int diamond;
};

class Plain {
public:
  int plain;
};

class Many : private Plain, protected Nested {
  friend class Diamond;
  friend int Befriended(Many &);

public:
  static constexpr int Constant = 42;
  int many;
};

template <typename T, int N = 4> struct Buffer {
  T items[N];
  Buffer *next;
  template <typename U> struct Converted {
    U value;
    T original;
  };
  Converted<int> converted;
};

template <typename... Types> struct Pack;
template <> struct Pack<> {};
template <typename Head, typename... Tail> struct Pack<Head, Tail...> : Pack<Tail...> {
  Head head;
};

#pragma pack(push, 1)
struct Packed {
  char tag;
  long long value;
  short end;
};
#pragma pack(pop)

struct alignas(64) Aligned {
  int value;
};

struct Empty {};

union Choice {
  int integer;
  float real;
  Empty nothing;
};

} // namespace hard

namespace {
struct Hidden {
  int hidden;
};
} // namespace
