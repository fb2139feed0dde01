// Preloaded into a database server: fsync and fdatasync take longer by the milliseconds written in the file
// named by FSYNC_DELAY_FILE, read at each call. A slow disk that needs no disk.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void delay(void) {
  const char *path = getenv("FSYNC_DELAY_FILE");
  FILE *file = path ? fopen(path, "r") : NULL;
  int ms = 0;
  if (!file) return;
  if (fscanf(file, "%d", &ms) == 1 && ms > 0) usleep((useconds_t)ms * 1000);
  fclose(file);
}

int fsync(int fd) {
  int (*next)(int) = dlsym(RTLD_NEXT, "fsync");
  delay();
  return next(fd);
}

int fdatasync(int fd) {
  int (*next)(int) = dlsym(RTLD_NEXT, "fdatasync");
  delay();
  return next(fd);
}
