global using NetKd.Protocol.Kd;
global using NetKd.Protocol.Net;
