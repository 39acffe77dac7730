// The attributes that the C# compiler emits or that ILC acts upon, in one file for the reason given in Primitives.cs.
namespace System
{
    public abstract class Attribute
    {
    }

    public enum AttributeTargets
    {
        Assembly = 1,
        Module = 2,
        Class = 4,
        Struct = 8,
        Enum = 16,
        Constructor = 32,
        Method = 64,
        Property = 128,
        Field = 256,
        Event = 512,
        Interface = 1024,
        Parameter = 2048,
        Delegate = 4096,
        ReturnValue = 8192,
        GenericParameter = 16384,
        All = 32767,
    }

    public sealed class AttributeUsageAttribute(AttributeTargets validOn) : Attribute
    {
        public AttributeTargets ValidOn { get; } = validOn;

        public bool AllowMultiple { get; set; }

        public bool Inherited { get; set; }
    }

    public sealed class FlagsAttribute : Attribute
    {
    }

    public sealed class ParamArrayAttribute : Attribute
    {
    }
}

namespace System.Diagnostics.CodeAnalysis
{
    public sealed class UnscopedRefAttribute : Attribute
    {
    }

    public sealed class DoesNotReturnAttribute : Attribute
    {
    }
}

namespace System.Reflection
{
    public sealed class DefaultMemberAttribute(string memberName) : Attribute
    {
        public string MemberName { get; } = memberName;
    }
}

namespace System.Runtime
{
    /// <summary>Gives a method a plain link symbol, callable from assembly by the Microsoft x64 convention.</summary>
    public sealed class RuntimeExportAttribute(string entry) : Attribute
    {
        public string Entry { get; } = entry;
    }

    /// <summary>Binds an extern method to a link symbol, called directly: no marshalling, no transition.</summary>
    public sealed class RuntimeImportAttribute(string library, string entry) : Attribute
    {
        public string Library { get; } = library;

        public string Entry { get; } = entry;
    }
}

namespace System.Runtime.InteropServices
{
    public enum LayoutKind
    {
        Sequential = 0,
        Explicit = 2,
        Auto = 3,
    }

    public enum CharSet
    {
        None = 1,
        Ansi = 2,
        Unicode = 3,
        Auto = 4,
    }

    public sealed class StructLayoutAttribute(LayoutKind layoutKind) : Attribute
    {
        public int Pack;
        public int Size;
        public CharSet CharSet;

        public LayoutKind Value { get; } = layoutKind;
    }

    public sealed class FieldOffsetAttribute(int offset) : Attribute
    {
        public int Value { get; } = offset;
    }

    public sealed class InAttribute : Attribute
    {
    }

    public sealed class OutAttribute : Attribute
    {
    }

    public enum UnmanagedType
    {
        Bool = 2,
    }
}

namespace System.Runtime.CompilerServices
{
    public enum MethodImplOptions
    {
        NoInlining = 8,
        NoOptimization = 64,
        AggressiveInlining = 256,
        InternalCall = 4096,
    }

    public sealed class MethodImplAttribute(MethodImplOptions options) : Attribute
    {
        public MethodImplOptions Value { get; } = options;
    }

    internal sealed class IntrinsicAttribute : Attribute
    {
    }

    public sealed class InlineArrayAttribute(int length) : Attribute
    {
        public int Length { get; } = length;
    }

    public sealed class FixedBufferAttribute(Type elementType, int length) : Attribute
    {
        public Type ElementType { get; } = elementType;

        public int Length { get; } = length;
    }

    public sealed class UnsafeValueTypeAttribute : Attribute
    {
    }

    public sealed class ExtensionAttribute : Attribute
    {
    }

    public sealed class IsReadOnlyAttribute : Attribute
    {
    }

    public sealed class IsByRefLikeAttribute : Attribute
    {
    }

    public sealed class IsUnmanagedAttribute : Attribute
    {
    }

    public sealed class CompilerGeneratedAttribute : Attribute
    {
    }

    public sealed class SkipLocalsInitAttribute : Attribute
    {
    }

    public sealed class RequiresLocationAttribute : Attribute
    {
    }

    /// <summary>The modifier that C# puts on volatile fields.</summary>
    public static class IsVolatile
    {
    }

    /// <summary>The calling-convention marker of function pointers that need no transition: plain calls into firmware.</summary>
    public class CallConvSuppressGCTransition
    {
    }

    /// <summary>Tells the C# compiler what this core library can do.</summary>
    public static class RuntimeFeature
    {
        public const string ByRefFields = nameof(ByRefFields);
        public const string NumericIntPtr = nameof(NumericIntPtr);
        public const string UnmanagedSignatureCallingConvention = nameof(UnmanagedSignatureCallingConvention);
    }
}
