-- Drives a session and prints what an editor shows, section by section.
local errors = 0

local function section(title)
  io.stderr:write('=== ' .. title .. '\n')
end

local function say(value)
  io.stderr:write((type(value) == 'string' and value or vim.inspect(value)) .. '\n')
end

local function wait_for(what, condition)
  if not vim.wait(20000, condition, 20) then
    say('waited in vain for ' .. what)
    errors = errors + 1
  end
end

local function guarded(run)
  local ok, message = xpcall(run, debug.traceback)
  if not ok then
    say('error: ' .. message)
    errors = errors + 1
  end
end

local bytelens = require('bytelens')

local function buffer_clients()
  if vim.lsp.get_clients then
    return vim.lsp.get_clients({ bufnr = 0 })
  end
  return vim.tbl_values(vim.lsp.buf_get_clients(0))
end

local function hover(line, column)
  vim.api.nvim_win_set_cursor(0, { line, column })
  local client = buffer_clients()[1]
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/hover', params, 20000) or {}
  for _, answer in pairs(answers) do
    if answer.err then
      say(answer.err)
    elseif answer.result then
      say(answer.result.contents.value)
    end
  end
end

local function evaluated(run)
  bytelens.last = nil
  run()
  wait_for('a value', function()
    return bytelens.last ~= nil
  end)
  if bytelens.last then
    say(bytelens.last.summary)
  end
end

local function drive()
  bytelens.setup({ cmd = { vim.env.BYTELENS, 'server', '--stdio' } })
  vim.cmd('edit! | setfiletype python')
  vim.api.nvim_exec_autocmds('FileType', { pattern = 'python' })
  wait_for('the server', function()
    local client = buffer_clients()[1]
    return client and (client.initialized ~= false) and client.server_capabilities ~= nil
  end)

  section('diagnostics')
  wait_for('diagnostics', function()
    return #vim.diagnostic.get(0) >= 2
  end)
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    say(('%d: %s %s'):format(diagnostic.lnum + 1, diagnostic.code or '', diagnostic.message))
  end

  section('hover of a name')
  hover(4, 5)

  section('hover of a definition')
  hover(3, 5)

  section('bytecode')
  vim.api.nvim_win_set_cursor(0, { 4, 5 })
  vim.cmd('BytelensBytecode')
  wait_for('the bytecode', function()
    return vim.fn.bufnr('bytelens://bytecode') ~= -1
  end)
  say(table.concat(vim.api.nvim_buf_get_lines(vim.fn.bufnr('bytelens://bytecode'), 0, -1, false), '\n'))

  section('selection')
  evaluated(function()
    vim.cmd('8,8BytelensRun')
  end)

  section('statement')
  vim.api.nvim_win_set_cursor(0, { 8, 3 })
  evaluated(function()
    vim.cmd('BytelensRun')
  end)

  section('exception')
  vim.api.nvim_win_set_cursor(0, { 9, 3 })
  evaluated(function()
    vim.cmd('BytelensRun')
  end)

  section('beside the code')
  for _, namespace in pairs(vim.api.nvim_get_namespaces()) do
    for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, namespace, { 7, 0 }, { 8, -1 }, { details = true })) do
      local details = mark[4]
      for _, chunk in ipairs(details.virt_text or {}) do
        say(('%d:%s'):format(mark[2] + 1, chunk[1]))
      end
      for _, line in ipairs(details.virt_lines or {}) do
        say(line[1][1])
      end
    end
  end

  section('typing')
  -- What the server says of the text after the edit shows that both have the same text.
  vim.api.nvim_win_set_cursor(0, { 9, 0 })
  local keys = vim.api.nvim_replace_termcodes('ccif 1:<CR>é𝒳 = misspelt<Esc>', true, false, true)
  vim.api.nvim_feedkeys(keys, 'ntx', false)
  wait_for('diagnostics of the new text', function()
    local found = vim.diagnostic.get(0, { lnum = 9 })
    return #found == 1 and found[1].message:find('misspelt') ~= nil
  end)
  for _, diagnostic in ipairs(vim.diagnostic.get(0, { lnum = 9 })) do
    say(('%d:%d %s'):format(diagnostic.lnum + 1, diagnostic.col, diagnostic.message))
  end

  section('commands')
  local client = buffer_clients()[1]
  say(client.server_capabilities.executeCommandProvider.commands)
end

guarded(drive)
section('end')
say(errors .. ' errors')
vim.cmd(errors == 0 and 'qall!' or 'cquit!')
