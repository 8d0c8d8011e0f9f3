#include <bits/stdc++.h>
using namespace std;

using ll = long long;
const ll MOD = 1000000007;

struct Tree {
    int n;
    vector<ll> sum;
    explicit Tree(int n) : n(n), sum(2 * n) {}
    void add(int at, ll v) {
        for (at += n; at > 0; at /= 2) sum[at] += v;
    }
    ll ask(int from, int to) {
        ll all = 0;
        for (from += n, to += n; from < to; from /= 2, to /= 2) {
            if (from & 1) all += sum[from++];
            if (to & 1) all += sum[--to];
        }
        return all;
    }
};

ll power(ll base, ll e) {
    ll r = 1;
    for (base %= MOD; e > 0; e /= 2, base = base * base % MOD)
        if (e & 1) r = r * base % MOD;
    return r;
}

vector<int> order(const vector<vector<int>> &next) {
    vector<int> in(next.size()), out;
    for (auto &v : next)
        for (int w : v) in[w]++;
    priority_queue<int, vector<int>, greater<int>> ready;
    for (size_t i = 0; i < in.size(); i++)
        if (in[i] == 0) ready.push(i);
    while (!ready.empty()) {
        int v = ready.top();
        ready.pop();
        out.push_back(v);
        for (int w : next[v])
            if (--in[w] == 0) ready.push(w);
    }
    return out;
}

int main() {
    ios::sync_with_stdio(false);
    cin.tie(nullptr);
    ll a, b;
    cin >> a >> b;
    map<string, ll> named{{"a", a}, {"b", b}};
    Tree t(16);
    t.add(3, named["a"]);
    t.add(7, named["b"]);
    set<ll> seen;
    for (int i = 0; i < 10; i++) seen.insert(power(i + 2, a));
    auto o = order({{1, 2}, {3}, {3}, {}});
    if (o.size() != 4 || seen.empty()) return 1;
    cout << t.ask(0, 16) << '\n';
}
