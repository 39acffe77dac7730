#include "shapes.h"

using namespace shapes;

extern "C" int _fltused = 0;
extern "C" void _purecall() {}

Number g_number = {42};
Flags g_flags = {1, 2, 3};
Row<long long, 5> g_row = {{1, 2, 3, 4, 5}};
const wchar_t *g_title = L"title";
int (*g_callback)(const Point &, Colour);
static int s_counter;

static inline __attribute__((always_inline)) int Twice(int value) {
  int doubled = value * 2;
  return doubled + s_counter;
}

static __attribute__((noinline)) int Count(int depth) {
  int local[8];
  for (int i = 0; i < 8; i++) local[i] = depth + i;
  if (depth > 0) {
    int inner = Count(depth - 1);
    s_counter += inner;
  }
  return local[depth & 7];
}

__attribute__((noinline)) int Combine(int first, const Point *point, Colour colour) {
  Box box(first, point->x);
  int area = box.Area();
  {
    long long sum = g_row.Sum();
    area += (int)sum;
  }
  return area + Twice(first) + (int)colour;
}

extern "C" int Main() {
  Point point = {3, 4};
  int result = Combine(5, &point, Colour::Blue);
  result += Count(4);
  result += point.Dot(point);
  if (g_callback) result += g_callback(point, Colour::Red);
  return result;
}
