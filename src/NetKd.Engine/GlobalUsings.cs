global using NetKd.Protocol.Kd;
global using NetKd.Transport;
