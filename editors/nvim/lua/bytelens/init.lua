-- bytelens for Neovim: starts the server, shows bytecode in a split and values beside the code.
--
-- 0.11 and later: `vim.lsp.enable('bytelens')` is enough; the commands are defined by plugin/bytelens.lua.
-- 0.7 to 0.10: `require('bytelens').setup()` starts the server for each Python buffer.
local config = require('bytelens.config')

local M = {}

local namespace = vim.api.nvim_create_namespace('bytelens')

-- The client of a buffer ------------------------------------------------------------------------------------

local function clients(bufnr)
  if vim.lsp.get_clients then
    return vim.lsp.get_clients({ bufnr = bufnr, name = 'bytelens' })
  end
  local found = {}
  for _, client in pairs(vim.lsp.buf_get_clients(bufnr)) do
    if client.name == 'bytelens' then
      table.insert(found, client)
    end
  end
  return found
end

local function client_of(bufnr)
  local client = clients(bufnr)[1]
  if not client then
    vim.notify('bytelens is not running for this buffer', vim.log.levels.WARN)
  end
  return client
end

local function request(client, method, params, bufnr, done)
  local function handler(err, result)
    if err then
      vim.notify('bytelens: ' .. (err.message or tostring(err)), vim.log.levels.ERROR)
    elseif result then
      done(result)
    end
  end
  if vim.fn.has('nvim-0.11') == 1 then
    client:request(method, params, handler, bufnr)
  else
    client.request(method, params, handler, bufnr)
  end
end

-- What a command is about -----------------------------------------------------------------------------------

-- The target of a command: the given range, or the cursor.
local function target(client, bufnr, command)
  local encoding = client.offset_encoding
  if not command or command.range == 0 then
    local params = vim.lsp.util.make_position_params(0, encoding)
    return { textDocument = params.textDocument, position = params.position }
  end
  local from, to = { command.line1, 0 }, { command.line2, 0 }
  local last = vim.api.nvim_buf_get_lines(bufnr, command.line2 - 1, command.line2, false)[1] or ''
  to[2] = math.max(#last - 1, 0)
  -- A selection by characters keeps its columns.
  local left, right = vim.api.nvim_buf_get_mark(bufnr, '<'), vim.api.nvim_buf_get_mark(bufnr, '>')
  if vim.fn.visualmode() == 'v' and left[1] == command.line1 and right[1] == command.line2 then
    from[2] = left[2]
    to[2] = math.min(right[2], to[2])
  end
  local params = vim.lsp.util.make_given_range_params(from, to, bufnr, encoding)
  return { textDocument = params.textDocument, range = params.range }
end

-- Bytecode --------------------------------------------------------------------------------------------------

local view = { bufnr = nil }

local function show_bytecode(result)
  if not (view.bufnr and vim.api.nvim_buf_is_valid(view.bufnr)) then
    view.bufnr = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(view.bufnr, 'bytelens://bytecode')
    vim.api.nvim_buf_set_option(view.bufnr, 'filetype', 'bytelens-dis')
  end
  local lines = vim.split((result.text:gsub('\n$', '')), '\n')
  table.insert(lines, 1, '; ' .. result.title)
  vim.api.nvim_buf_set_option(view.bufnr, 'modifiable', true)
  vim.api.nvim_buf_set_lines(view.bufnr, 0, -1, false, lines)
  vim.api.nvim_buf_set_option(view.bufnr, 'modifiable', false)
  if vim.fn.bufwinid(view.bufnr) == -1 then
    local from = vim.api.nvim_get_current_win()
    vim.cmd('vertical rightbelow sbuffer ' .. view.bufnr)
    vim.api.nvim_win_set_option(0, 'wrap', false)
    vim.api.nvim_set_current_win(from)
  end
end

--- Shows the bytecode of the function, class or module at the cursor (or of a range) in a split.
function M.bytecode(command)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = client_of(bufnr)
  if client then
    request(client, 'bytelens/bytecode', target(client, bufnr, command), bufnr, show_bytecode)
  end
end

-- Evaluation ------------------------------------------------------------------------------------------------

local function highlight_of(result)
  if result.ending == 'finished' then
    return 'DiagnosticInfo'
  end
  return 'DiagnosticError'
end

-- How many lines of output are shown below the code.
local most_lines = 20

-- The lines of a text, each with the columns that tabs make, and no other control characters.
local function lines_of(text)
  local lines = vim.split((text:gsub('\r?\n$', '')), '\r?\n')
  for index, line in ipairs(lines) do
    lines[index] = line:gsub('\t', '        '):gsub('%c', '�')
  end
  return lines
end

-- Output and traceback below the line, the value at its end.
local function show_evaluation(bufnr, result)
  M.last = result
  local line = math.min(result.range['end'].line, vim.api.nvim_buf_line_count(bufnr) - 1)
  if result.range['end'].character == 0 and line > result.range.start.line then
    line = line - 1
  end
  local below = {}
  local left_out = 0
  local function add(text, group)
    for _, piece in ipairs(lines_of(text)) do
      if #below < most_lines then
        table.insert(below, { { '  ' .. piece, group } })
      else
        left_out = left_out + 1
      end
    end
  end
  local exception = type(result.exception) == 'table' and result.exception or nil
  for _, chunk in ipairs(result.output or {}) do
    add(chunk.text, chunk.stream == 'stderr' and 'WarningMsg' or 'Comment')
  end
  if left_out > 0 then
    table.insert(below, { { ('  … %d more lines of output'):format(left_out), 'Comment' } })
  end
  if result.ending == 'finished' and type(result.message) == 'string' then
    table.insert(below, { { '  ' .. result.message, 'Comment' } })
  end
  if exception then
    for _, piece in ipairs(lines_of(exception.traceback)) do
      table.insert(below, { { '  ' .. piece, 'DiagnosticError' } })
    end
  end
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, line, line + 1)
  vim.api.nvim_buf_set_extmark(bufnr, namespace, line, 0, {
    virt_text = { { ' ⇒ ' .. lines_of(result.summary)[1], highlight_of(result) } },
    virt_text_pos = 'eol',
    virt_lines = below,
  })
  -- A value says nothing about code that has changed since.
  vim.api.nvim_create_autocmd({ 'TextChanged', 'TextChangedI' }, {
    group = vim.api.nvim_create_augroup('bytelens_results_' .. bufnr, { clear = true }),
    buffer = bufnr,
    once = true,
    callback = function()
      vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
    end,
  })
end

local function evaluate(client, bufnr, params)
  request(client, 'bytelens/evaluate', params, bufnr, function(result)
    show_evaluation(bufnr, result)
  end)
end

--- Evaluates the statement at the cursor (or a range) and shows what comes of it beside the code.
function M.run(command)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = client_of(bufnr)
  if client then
    evaluate(client, bufnr, target(client, bufnr, command))
  end
end

--- Removes the results shown in the current buffer.
function M.clear()
  vim.api.nvim_buf_clear_namespace(0, namespace, 0, -1)
end

-- The server ------------------------------------------------------------------------------------------------

local function root_of(path, markers)
  local folder = vim.fn.fnamemodify(path, ':p:h')
  while true do
    for _, marker in ipairs(markers) do
      if vim.fn.filereadable(folder .. '/' .. marker) == 1 or vim.fn.isdirectory(folder .. '/' .. marker) == 1 then
        return folder
      end
    end
    local parent = vim.fn.fnamemodify(folder, ':h')
    if parent == folder then
      return vim.fn.fnamemodify(path, ':p:h')
    end
    folder = parent
  end
end

-- Clients by the root folder they were started for.
local started = {}

-- Starts (or finds) the client of a buffer, for versions without `vim.lsp.config`.
local function attach(bufnr)
  local options = config.get()
  options.root_dir = root_of(vim.api.nvim_buf_get_name(bufnr), options.root_markers)
  if vim.lsp.start then
    vim.lsp.start(options, { bufnr = bufnr })
    return
  end
  -- A client counts as active only once it is initialized, and more buffers may come before that.
  local id = started[options.root_dir]
  if not (id and vim.lsp.get_client_by_id(id)) then
    id = vim.lsp.start_client(options)
    started[options.root_dir] = id
  end
  if id then
    vim.lsp.buf_attach_client(bufnr, id)
  end
end

--- Stops the server; it starts again for the buffers that are open.
function M.restart()
  local buffers = {}
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) then
      for _, client in ipairs(clients(bufnr)) do
        buffers[bufnr] = true
        if vim.fn.has('nvim-0.11') == 1 then
          client:stop()
        else
          client.stop()
        end
        started[client.config.root_dir or ''] = nil
      end
    end
  end
  vim.defer_fn(function()
    for bufnr in pairs(buffers) do
      if vim.lsp.config and vim.lsp.enable then
        vim.api.nvim_exec_autocmds('FileType', { buffer = bufnr })
      else
        attach(bufnr)
      end
    end
  end, 500)
end

--- Opens the client's log, where the server's errors are.
function M.log()
  vim.cmd('tabedit ' .. vim.fn.fnameescape(require('vim.lsp.log').get_filename()))
end

--- Defines the commands, and teaches code lenses and code actions to show results here.
function M.commands()
  local function define(name, run, options)
    vim.api.nvim_create_user_command(name, run, options)
  end
  define('BytelensBytecode', M.bytecode, { range = true, desc = 'Show bytecode' })
  define('BytelensRun', M.run, { range = true, desc = 'Evaluate the statement or selection' })
  define('BytelensClear', M.clear, { desc = 'Remove results' })
  define('BytelensRestart', M.restart, { desc = 'Restart the server' })
  define('BytelensLog', M.log, { desc = 'Open the log' })

  local function from_command(method, done)
    return function(command, context)
      local client = vim.lsp.get_client_by_id(context.client_id)
      local uri, range = unpack(command.arguments)
      local bufnr = vim.uri_to_bufnr(uri)
      request(client, method, { textDocument = { uri = uri }, range = range }, bufnr, function(result)
        done(bufnr, result)
      end)
    end
  end
  vim.lsp.commands['bytelens.showBytecode'] = from_command('bytelens/bytecode', function(_, result)
    show_bytecode(result)
  end)
  vim.lsp.commands['bytelens.runSelection'] = from_command('bytelens/evaluate', show_evaluation)
end

--- For Neovim 0.7 to 0.10 (later ones may use it too): configures, and starts the server for Python buffers.
function M.setup(options)
  config.set(options)
  M.commands()
  if vim.lsp.config and vim.lsp.enable then
    vim.lsp.config('bytelens', config.get())
    vim.lsp.enable('bytelens')
    return
  end
  local group = vim.api.nvim_create_augroup('bytelens', { clear = true })
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = config.get().filetypes,
    callback = function(event)
      attach(event.buf)
    end,
  })
end

return M
