global using System;
global using System.Runtime.CompilerServices;
global using NetKd.Protocol.Net;
