-- Commands for those who enable the server by `vim.lsp.enable('bytelens')`.
if vim.fn.has('nvim-0.7') == 1 then
  require('bytelens').commands()
end
