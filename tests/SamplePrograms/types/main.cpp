#include "layouts.h"
#include "large.h"

using namespace hard;

extern "C" int _fltused = 0;
extern "C" void _purecall() {}

Elsewhere *MakeElsewhere();
Later Sooner();

typedef unsigned long ulong_t;
typedef Nested NestedAlias;
using Callback = int (*)(const Nested &);

Bits g_bits;
Nested g_nested;
NestedAlias g_alias;
Arrays *g_arrays;
Pointers *g_pointers;
Basics g_basics;
Many *g_many;
Buffer<char> g_buffer;
Buffer<Buffer<const wchar_t *, 2>, 3> g_buffers;
Pack<int, double, Pack<char>> g_pack;
Packed g_packed;
Aligned g_aligned;
Choice g_choice;
Hidden g_hidden;
Large g_large;
LargeEnum g_largeEnum;
ulong_t g_ulong;
Callback g_callback;
Signed8 g_s8;
Unsigned8 g_u8;
Signed16 g_s16;
Unsigned16 g_u16;
Signed32 g_s32;
Unsigned32 g_u32;
Signed64 g_s64;
Unsigned64 g_u64;
Character g_character;
Boolean g_boolean;
Wide g_wide;
struct {
  int x;
  int y;
} g_unnamed;

template <typename T> __attribute__((noinline)) int Local(T value) {
  struct Within {
    T value;
    struct Deeper {
      int depth;
    } deeper;
  } within = {value, {3}};
  enum class LocalKind { One = 1, Two } kind = LocalKind::Two;
  auto lambda = [&within, kind](int more) { return within.deeper.depth + more + (int)kind; };
  return lambda(2);
}

__attribute__((noinline)) int Use(Diamond &diamond) { return diamond.Pure() + diamond.diamond + UnnamedTwo; }

extern "C" int Main() {
  Diamond diamond;
  Elsewhere *elsewhere = MakeElsewhere();
  int result = Use(diamond) + Local(1) + Local('c');
  if (elsewhere) result++;
  if (Sooner() == Later{}) result++;
  if (g_callback) result += g_callback(g_nested);
  // Only what is used as a complete type is described completely.
  result += g_arrays->one[2] + g_pointers->reference + g_many->many;
  return result + g_unnamed.x;
}
