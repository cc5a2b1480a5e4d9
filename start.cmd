@echo off
rem Starts Rowscribe on a double-click: sees that Node is there, then leaves the rest to server\start.mjs.
chcp 65001 >nul
cd /d "%~dp0"
where node >nul 2>nul
if errorlevel 1 (
  echo 没有找到 Node.js。请安装 20.19 或更新版本：https://nodejs.org/zh-cn/download 然后再次双击 start.cmd。
  echo Node.js is missing. Install 20.19 or newer: https://nodejs.org/en/download and double-click start.cmd again.
  pause
  exit /b 1
)
node server\start.mjs %*
if errorlevel 1 pause
