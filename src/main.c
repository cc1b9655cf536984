#include <stdio.h>

int main(void) {
    puts("minyi");
    return 0;
}
