-- How the server is started; the same for every version of Neovim.
local M = {}

local defaults = {
  name = 'bytelens',
  cmd = { 'bytelens', 'server', '--stdio' },
  filetypes = { 'python' },
  root_markers = { 'pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', '.git' },
  settings = { bytelens = {} },
}

local current = defaults

--- The configuration, as a table of its own.
function M.get()
  return vim.deepcopy(current)
end

--- Replaces parts of the configuration.
function M.set(options)
  current = vim.tbl_deep_extend('force', defaults, options or {})
end

return M
