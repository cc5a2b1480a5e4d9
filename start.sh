#!/bin/sh
# Starts Rowscribe: sees that Node is there, then leaves the rest to server/start.mjs.
cd "${0%/*}" 2>/dev/null || true
if ! command -v node >/dev/null 2>&1; then
  case "${LC_ALL:-$LANG}" in
    zh*) echo '没有找到 Node.js。请安装 20.19 或更新版本（https://nodejs.org/zh-cn/download），然后再次运行 ./start.sh。' >&2 ;;
    *) echo 'Node.js is missing. Install 20.19 or newer (https://nodejs.org/en/download), then run ./start.sh again.' >&2 ;;
  esac
  exit 1
fi
exec node server/start.mjs "$@"
