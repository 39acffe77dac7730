#pragma once

// Templates in nested namespaces, and calls that are compiled into their callers several deep.
namespace varied {
namespace containers {

template <typename T> struct Link {
  Link *next;
  T value;
};

template <typename T, unsigned Capacity> class Ring {
public:
  void Push(const T &item) {
    items[(first + count) % Capacity] = item;
    if (count < Capacity) count++;
    else first = (first + 1) % Capacity;
  }

  __attribute__((always_inline)) const T &At(unsigned index) const { return items[Wrap(index)]; }

  template <typename Visitor> void Visit(Visitor visit) const {
    for (unsigned i = 0; i < count; i++) visit(At(i));
  }

  static const unsigned Size = Capacity;

private:
  __attribute__((always_inline)) unsigned Wrap(unsigned index) const {
    unsigned sum = Add(first, index);
    return sum % Capacity;
  }

  static __attribute__((always_inline)) unsigned Add(unsigned left, unsigned right) { return left + right; }

  T items[Capacity];
  unsigned first = 0;
  unsigned count = 0;
};

// Compiled into its caller Depth times, each call within the one before.
template <int Depth> struct Fold {
  static __attribute__((always_inline)) inline int Of(int seed) {
    int doubled = seed * 2 + Depth;
    return Fold<Depth - 1>::Of(doubled) ^ Depth;
  }
};

template <> struct Fold<0> {
  static __attribute__((always_inline)) inline int Of(int seed) { return seed + 1; }
};

// Variadic, and chosen for inlining by the optimiser alone.
inline int Total() { return 0; }
template <typename First, typename... Rest> int Total(First first, Rest... rest) { return (int)first + Total(rest...); }

} // namespace containers
} // namespace varied
