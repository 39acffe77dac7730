using System.Runtime.InteropServices;

namespace NetKd.TargetOs.Nt;

/// <summary>LIST_ENTRY (winnt.h): a circular doubly linked list, its head an entry too.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ListEntry
{
    public ListEntry* Next;
    public ListEntry* Previous;

    /// <summary>Makes an empty list.</summary>
    public static void MakeHead(ListEntry* head)
    {
        head->Next = head;
        head->Previous = head;
    }

    public static void InsertLast(ListEntry* head, ListEntry* entry)
    {
        entry->Next = head;
        entry->Previous = head->Previous;
        head->Previous->Next = entry;
        head->Previous = entry;
    }
}
