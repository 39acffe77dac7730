// Functions of many shapes, whose frames are checked at every instruction. Results only have to depend on everything.
#pragma once

typedef unsigned long long number;
typedef number (*operation)(number, number);

#define APART __attribute__((noinline))

extern volatile number Sink;

number Leaf(number a, number b);
number CallsLeaf(number a, number b);
number ManySaved(number a, number b);
number ManyArguments(number a, number b, number c, number d, number e, number f, number g, number h);
number EarlyExit(number a, number b);
number Fibonacci(number n);
number CountDown(number n, number sum);
number Selected(number which, number a);

number BigFrame(number a, number b);
number HugeFrame(number a, number b);
number Dynamic(number size, number a);
number DynamicTwice(number size, number a);
number Aligned(number a, number b);
number AlignedDynamic(number size, number a);
number SavesVectors(number a, number b);
number SavesVectorsAndMore(number a, number b);

number TailDirect(number a, number b);
number TailFramed(number a, number b);
number TailIndirect(operation target, number a, number b);
number TailThroughMemory(number a, number b);
number Cold(number a, number b);

void Touch(volatile char* bytes, number count);
