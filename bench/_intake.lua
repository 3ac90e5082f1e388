-- For wrk: each line of the pool (signature, body) is one request; the last line printed is JSON for the bench.
local lines, place = {}, 0

function init(args)
  for line in io.lines(args[1]) do lines[#lines + 1] = line end
end

function request()
  place = place % #lines + 1
  local line = lines[place]
  local headers = {
    ["Content-Type"] = "application/json",
    ["X-Hub-Signature-256"] = "sha256=" .. line:sub(1, 64),
  }
  return wrk.format("POST", nil, headers, line:sub(66))
end

function done(summary, latency, requests)
  local e = summary.errors
  print(string.format(
    '{"requests": %d, "seconds": %f, "p50_us": %d, "p99_us": %d, "failed": %d}',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
