#pragma once

namespace shapes {

enum class Colour : unsigned char { Red = 1, Green = 2, Blue = 250 };

struct Point {
  int x;
  int y;
  static int made;
  int Dot(const Point &other) const;
};

struct Flags {
  unsigned low : 3;
  unsigned high : 5;
  unsigned long long wide : 40;
};

union Number {
  int whole;
  float part;
  unsigned char bytes[4];
};

class Shape {
public:
  virtual ~Shape();
  virtual int Area() const = 0;
  Colour colour;
  Point corner;
};

class Box : public Shape {
public:
  Box(int width, int height);
  int Area() const override;
  int width;
  int height;
};

template <typename T, int Count> struct Row {
  T items[Count];
  T Sum() const {
    T total{};
    for (int i = 0; i < Count; i++) total += items[i];
    return total;
  }
};

} // namespace shapes
