namespace System;

/// <summary>Copies of memory that holds references. Without a collector there is nothing to tell about them.</summary>
internal static class Buffer
{
    public static void BulkMoveWithWriteBarrier(ref byte destination, ref byte source, nuint length) =>
        SpanHelpers.Memmove(ref destination, in source, length);
}
