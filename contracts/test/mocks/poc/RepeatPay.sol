// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: every accepted submission counts for pay, and a report can be submitted again
contract RepeatPay {
    mapping(uint256 signer => uint256) public points;

    function accept(uint256 bitmask) external {
        for (uint256 i = 0; bitmask >> i != 0; ++i) {
            points[i] += (bitmask >> i) & 1;
        }
    }
}
