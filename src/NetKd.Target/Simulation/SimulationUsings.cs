global using NetKd.Target.Server;
