// Virtual bases, overloads, wide enumerations, and types composed in every way that a declaration allows.
namespace varied {

enum class Wide : unsigned long long { None, Low = 0x8000, High = 0x8000000000000001 };
enum class Deep : long long { Lowest = -0x7fffffffffffffff - 1, Minus = -70000, Byte = 130 };

struct Root {
  int root;
  virtual int Value() const { return root; }
};

struct Left : virtual Root {
  int left;
};

struct Right : virtual Root {
  int right;
  int Value() const override { return right; }
};

struct Bottom : Left, Right {
  int bottom;
  int Value() const override { return bottom + left; }
  int Set(int value) { return bottom = value; }
  int Set(int value, int other);
  int Set(const char *text, ...);
  static int Set();
};

int Bottom::Set(int value, int other) { return Set(value) + (left = other); }
int Bottom::Set(const char *text, ...) { return text[0]; }
int Bottom::Set() { return 1; }

struct Composed {
  const volatile int *const *pointers[2];
  int (*(*functions[3])(int, char *))(void);
  int &&moved;
  const Bottom &reference;
  int (*grid)[4][5];
  void (Bottom::*method)();
  Wide wide : 33;
  signed char : 0;
  signed char tiny : 1;
  long double large;
  wchar_t text[7];
  union {
    struct {
      unsigned first : 31, last : 1;
    };
    unsigned both;
  };
  char flexible[];
};

Composed *g_composed;
Wide g_wide_value = Wide::High;
Deep g_deep_value = Deep::Lowest;

__attribute__((noinline)) int Descend(int value) {
  Bottom bottom;
  bottom.root = value;
  bottom.right = 2;
  Root &root = bottom;
  return bottom.Set(value, 3) + bottom.Set("t", 1, 2) + Bottom::Set() + root.Value() + (g_composed ? g_composed->tiny : 0);
}

} // namespace varied
