-- Configuration for Neovim 0.11 and later, found by `vim.lsp.enable('bytelens')`.
return require('bytelens.config').get()
