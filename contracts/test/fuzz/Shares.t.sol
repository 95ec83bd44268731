// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SharePool} from "../../src/stake/SharePool.sol";
import {UnbondingQueue} from "../../src/stake/UnbondingQueue.sol";
import {Test} from "../Test.sol";

/// @title Shares and the unbonding queue, by random moves against a plain model
contract SharesFuzzTest is Test {
    using SharePool for SharePool.Pool;
    using UnbondingQueue for UnbondingQueue.Queue;

    uint32 private constant EPOCH_S = 100;

    UnbondingQueue.Queue private _queue;
    uint40[] private _epochs;
    uint128[] private _amounts;

    function testFuzz_shares_areNeverWorthMoreThanTheTokens(uint256 seed) public pure {
        SharePool.Pool memory pool;
        SharePool.Holding[3] memory held;
        for (uint256 i = 0; i < 40; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 who = seed % 3;
            uint96 amount = uint96(1 + (seed >> 16) % 10 ** (1 + (seed >> 8) % 13));
            uint256 kind = (seed >> 4) % 8;
            if (kind < 4) {
                uint128 had = pool.sharesOf(held[who]);
                held[who] = SharePool.Holding(had + pool.mint(amount), pool.generation);
            } else if (kind < 6) {
                uint128 had = pool.sharesOf(held[who]);
                uint128 out = uint128((seed >> 128) % (uint256(had) + 1));
                pool.burn(out);
                held[who] = SharePool.Holding(had - out, pool.generation);
            } else if (kind == 6) {
                pool.cut(uint96((seed >> 128) % (uint256(pool.tokens) + 1)));
                if (seed >> 255 == 1) pool.sweep();
            } else if (pool.shares > 0) {
                pool.tokens += amount; // a reward
            }
            uint256 worth;
            uint256 shares;
            for (uint256 k = 0; k < 3; ++k) {
                worth += pool.worth(pool.sharesOf(held[k]));
                shares += pool.sharesOf(held[k]);
            }
            assertEq(shares, pool.shares, "the pool's shares are its holders'");
            assertLe(worth, pool.tokens, "worth");
        }
    }

    function testFuzz_shares_goingInAndOutAtOnceNeverPays(uint96 tokens, uint128 shares, uint96 amount) public pure {
        SharePool.Pool memory pool;
        pool.tokens = uint96(bound(tokens, 0, 1e24));
        pool.shares = uint128(bound(shares, 0, 1e27));
        amount = uint96(bound(amount, 1, 1e24));
        if (uint256(pool.shares) > uint256(pool.tokens) * 1_000 << 24) return;
        uint128 got = pool.mint(amount);
        assertLe(pool.burn(got), amount);
    }

    /// @dev Who raises the price of a share before another comes loses more by it than the other can.
    function testFuzz_shares_inflatingThePriceBeforeAnotherComesNeverPays(uint96 first, uint96 gift, uint96 victims)
        public
        pure
    {
        SharePool.Pool memory pool;
        first = uint96(bound(first, 1, 1e12));
        gift = uint96(bound(gift, 1, 1e18));
        victims = uint96(bound(victims, 1, 1e15));
        uint128 attackers = pool.mint(first);
        pool.tokens += gift;
        pool.mint(victims); // even where it rounds down to nothing and a contract would refuse it
        assertLe(pool.worth(attackers), uint256(first) + gift);
    }

    function testFuzz_shares_aSlashIsSharedInProportion(uint96 one, uint96 other, uint96 cut) public pure {
        SharePool.Pool memory pool;
        one = uint96(bound(one, 1, 1e15));
        other = uint96(bound(other, 1, 1e15));
        uint128 ones = pool.mint(one);
        uint128 others = pool.mint(other);
        cut = uint96(bound(cut, 0, uint256(one) + other));
        pool.cut(cut);
        uint256 left = uint256(one) + other - cut;
        if (left == 0) {
            assertEq(pool.generation, 1);
            return;
        }
        assertApproxEqAbs(pool.worth(ones), left * one / (uint256(one) + other), 1);
        assertApproxEqAbs(pool.worth(others), left * other / (uint256(one) + other), 1);
    }

    /// @dev Any delay from 3 to 6 epochs, any pauses: what was put in comes out, once, and not before its epoch.
    function testFuzz_queue_keepsEveryShareUntilItsEpoch(uint256 seed) public {
        uint256 time = 1_000_000;
        uint256 waiting;
        for (uint256 i = 0; i < 60; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            time += (seed >> 8) % (seed % 5 == 0 ? 700 : 60);
            vm.warp(time);
            if (seed & 3 != 0) {
                uint40 epoch = UnbondingQueue.epochOf(time + 300 + (seed >> 64) % 301, EPOCH_S);
                uint128 shares = uint128(1 + (seed >> 128) % 1e9);
                _queue.add(epoch, shares, 0);
                _epochs.push(epoch);
                _amounts.push(shares);
                waiting += shares;
            } else {
                uint256 want = _takeFromModel(time);
                assertEq(_queue.takeMatured(0, EPOCH_S), want, "matured");
                waiting -= want;
            }
            (uint128 sum, uint40 availableAt) = _queue.sum(0, EPOCH_S);
            assertEq(sum, waiting, "waiting");
            assertEq(availableAt != 0, waiting != 0, "a time, where something waits");
        }
    }

    function testFuzz_queue_sharesOfAnOlderGenerationAreVoid(uint256 seed, uint8 moves) public {
        uint256 time = 1_000_000;
        uint32 generation = 0;
        uint256 waiting = 0;
        for (uint256 i = 0; i < uint256(moves) % 40; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            time += (seed >> 8) % 120;
            vm.warp(time);
            if (seed % 7 == 0) {
                generation += 1;
                waiting = 0;
            }
            _queue.add(UnbondingQueue.epochOf(time + 300, EPOCH_S), 5, generation);
            waiting += 5;
            (uint128 sum,) = _queue.sum(generation, EPOCH_S);
            assertEq(sum, waiting);
        }
        vm.warp(time + 1_000);
        assertEq(_queue.takeMatured(generation, EPOCH_S), waiting);
    }

    function _takeFromModel(uint256 time) private returns (uint256 sum) {
        for (uint256 i = 0; i < _epochs.length; ++i) {
            if (uint256(_epochs[i]) * EPOCH_S > time) continue;
            sum += _amounts[i];
            _amounts[i] = 0;
        }
    }
}
