// Functions of the same bytes, which /opt:icf folds into one, and functions that nobody calls, which /opt:ref drops.
namespace varied {

__attribute__((noinline)) int FoldedOne(int value) { return value * 7 + 3; }
__attribute__((noinline)) int FoldedTwo(int value) { return value * 7 + 3; }
__attribute__((noinline)) int FoldedThree(int value) { return value * 7 + 3; }

template <typename T> __attribute__((noinline)) T *Following(T *item) { return item + 1; }

int NobodyCalls(int value) { return value - 99; }
int NobodyReads = 5;

namespace {
__attribute__((noinline)) int Recursive(int depth) {
  if (depth <= 0) return 1;
  int before = Recursive(depth - 1);
  int after = Recursive(depth - 2);
  return before + after;
}
} // namespace

int CallAll(int value) {
  int number = value;
  unsigned unsignedNumber = (unsigned)value;
  int *next = Following(&number);
  unsigned *unsignedNext = Following(&unsignedNumber);
  return FoldedOne(value) + FoldedTwo(value + 1) + FoldedThree(value + 2) + (int)(next - &number) + (int)(unsignedNext - &unsignedNumber) + Recursive(value & 7);
}

} // namespace varied
