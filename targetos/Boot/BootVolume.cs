namespace NetKd.TargetOs.Boot;

/// <summary>Reads files through the firmware's file system, from the volume that this image was loaded from.</summary>
internal static unsafe class BootVolume
{
    private const ulong OpenRead = 1;
    private const int MaxPath = 64;

    /// <summary>Fills the destination from a file's start. Returns the bytes read, -1 when there is no such file.</summary>
    public static int Read(EfiBootServices* services, EfiLoadedImage* image, ReadOnlySpan<byte> path, Span<byte> destination)
    {
        // EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID
        EfiGuid name = new(0x964E5B22, 0x6459, 0x11D2, 0x3B7269C9A000398E);
        EfiSimpleFileSystem* volume;
        if (services->HandleProtocol(image->DeviceHandle, &name, (void**)&volume) != 0) return -1;
        EfiFile* root;
        if (volume->OpenVolume(volume, &root) != 0) return -1;
        int length = ReadFrom(root, path, destination);
        root->Close(root);
        return length;
    }

    private static int ReadFrom(EfiFile* root, ReadOnlySpan<byte> path, Span<byte> destination)
    {
        char* wide = stackalloc char[MaxPath];
        for (int i = 0; i < path.Length; i++) wide[i] = (char)path[i];
        wide[path.Length] = '\0';
        EfiFile* file;
        if (root->Open(root, &file, wide, OpenRead, 0) != 0) return -1;
        nuint size = (nuint)destination.Length;
        ulong status;
        fixed (byte* buffer = destination) status = file->Read(file, &size, buffer);
        file->Close(file);
        return status == 0 ? (int)size : -1;
    }
}
