// Types and variables of every kind that expressions, dt and dv show. What Microsoft's engine prints for them is in TypeDisplayTests.
#include "values.h"

Rich *g_rich;
Point g_point = {3, 4};
int g_int = 5;
char g_text[8] = "hello";
const char *g_ptext = "text";
Colour g_colour = Green;
Derived g_derived;
_LIST_ENTRY g_head;
Bits g_bits;
constexpr int g_limit = 42;

int Derived::s_count = 7;
void Base::f() {}

__attribute__((noinline)) long Function(int a, char *b) {
  Point local = {a, 2};
  int sum = local.x + b[0] + Derived::s_count;
  {
    int inner = sum * 2;
    int sum = inner + 1;
    local.y = sum;
  }
  return sum + local.y;
}

__attribute__((noinline)) int Derived::Sum(int more) { return b + d + more; }

extern "C" int _fltused = 0;

extern "C" int Main() {
  Rich *r = g_rich;
  g_derived.f();
  return r->i + Function(1, g_text) + g_point.x + g_int + (int)g_colour + (int)(long long)g_head.Flink + g_bits.a + g_ptext[0] + g_derived.Sum(g_limit);
}
