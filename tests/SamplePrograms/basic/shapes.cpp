#include "shapes.h"

namespace shapes {

int Point::made = 7;

int Point::Dot(const Point &other) const { return x * other.x + y * other.y; }

Shape::~Shape() {}

Box::Box(int w, int h) : width(w), height(h) {
  colour = Colour::Green;
  corner = {1, 2};
}

int Box::Area() const { return width * height; }

} // namespace shapes

void operator delete(void *) noexcept {}
void operator delete(void *, unsigned long long) noexcept {}
