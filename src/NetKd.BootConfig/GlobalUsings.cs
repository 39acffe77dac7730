global using System.Buffers.Binary;
global using System.Globalization;
global using System.Text;
