// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The arithmetic of money and time, as the solver can read it
/// @notice Each function asserts one sentence for all inputs. The formulas are those of src/libraries/Bps, src/stake/SharePool
/// and src/settle/Buckets, written without the assembly of OpenZeppelin's Math, which the checker cannot see through;
/// the fuzz tests tie them to the code that runs.
contract Arithmetic {
    uint256 private constant ONE = 10_000;
    uint256 private constant VIRTUAL_SHARES = 1_000;

    /// @notice Rounding down and rounding up differ by one unit at most.
    function bps_roundsByOneUnit(uint96 amount, uint32 bps) external pure {
        uint256 product = uint256(amount) * bps;
        uint256 down = product / ONE;
        uint256 up = product == 0 ? 0 : (product - 1) / ONE + 1;
        assert(down <= up);
        assert(up <= down + 1);
    }

    /// @notice A share of at most 10,000 never exceeds the whole.
    function bps_neverExceedsTheWhole(uint96 amount, uint32 bps) external pure {
        require(bps <= ONE, "bounded by the constructor");
        assert(uint256(amount) * bps / ONE <= amount);
    }

    /// @notice Half burned, rounded up, and the rest are the whole.
    function halves_areTheWhole(uint96 amount) external pure {
        uint96 rest = amount / 2;
        uint96 burned = amount - rest;
        assert(burned >= rest);
        assert(uint256(burned) + rest == amount);
    }

    /// @notice Who puts tokens into a pool and takes his shares out at once never gains.
    function shares_inAndOutNeverGains(uint96 tokens, uint128 supply, uint96 amount) external pure {
        uint256 minted = uint256(amount) * (uint256(supply) + VIRTUAL_SHARES) / (uint256(tokens) + 1);
        uint256 back =
            minted * (uint256(tokens) + amount + 1) / (uint256(supply) + minted + VIRTUAL_SHARES);
        assert(back <= amount);
    }

    /// @notice All shares together are never worth more than the pool.
    function shares_areNeverWorthMoreThanThePool(uint96 tokens, uint128 supply) external pure {
        assert(uint256(supply) * (uint256(tokens) + 1) / (uint256(supply) + VIRTUAL_SHARES) <= tokens);
    }

    /// @notice A bucket is mature only after the window that it was filled for, here with a grain of 900 seconds.
    function buckets_matureAfterTheirWindow(uint40 now_, uint32 window) external pure {
        uint256 index = (uint256(now_) + window + 899) / 900;
        assert(index * 900 >= uint256(now_) + window);
        assert(index * 900 < uint256(now_) + window + 900);
    }

    /// @notice Two entries that are both immature lie in neighbouring buckets: parity tells them apart.
    function buckets_twoImmatureAreNeighbours(uint40 now_, uint40 past, uint32 windowNow, uint32 windowPast)
        external
        pure
    {
        require(past <= now_ && windowNow <= 900 && windowPast <= 900, "windows are at most one bucket");
        uint256 older = (uint256(past) + windowPast + 899) / 900;
        uint256 newer = (uint256(now_) + windowNow + 899) / 900;
        require(older * 900 >= now_, "the older one is immature");
        assert(older <= newer + 1);
        assert(newer <= older + 1);
    }
}
