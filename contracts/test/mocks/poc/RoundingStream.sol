// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: anyone may settle what has accrued, as often as he likes, and each time the rest is rounded away
contract RoundingStream {
    uint256 public immutable perDay;
    uint256 public last;
    uint256 public paid;

    constructor(uint256 perDay_) {
        perDay = perDay_;
        last = block.timestamp;
    }

    function settle() external {
        paid += perDay * (block.timestamp - last) / 1 days;
        last = block.timestamp;
    }
}
