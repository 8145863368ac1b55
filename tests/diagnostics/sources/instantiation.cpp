#include <algorithm>
#include <list>

template <class T>
void sorted(T& x) {
    std::sort(x.begin(), x.end());
}

int main() {
    std::list<int> l{3, 1};
    sorted(l);
}
