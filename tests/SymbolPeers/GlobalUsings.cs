global using NetKd.SymbolPeers.Comparing;
global using NetKd.SymbolPeers.LlvmTools;
global using NetKd.Symbols;
global using NetKd.Symbols.Pdb;
