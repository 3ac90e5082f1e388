-- Asks for the paths of a file in turn, signed in by a cookie; the last line it prints is one JSON object.
local paths, at, cookie = {}, 0, ""

function init(args)
  for line in io.lines(args[1]) do paths[#paths + 1] = line end
  cookie = args[2]
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], { Host = wrk.headers["Host"], Cookie = cookie })
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.6f, "failed": %d, "bytes": %d, "p50_us": %d, "p99_us": %d}\n',
    summary.requests, summary.duration / 1e6,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    summary.bytes, latency:percentile(50), latency:percentile(99)))
end
