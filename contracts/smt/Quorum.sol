// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Why 2f+1 of 3f+1
contract Quorum {
    /// @notice Two quorums share at least f+1 signers, hence an honest one: no two conflicting reports.
    function quorum_anyTwoShareAnHonestSigner(uint8 f, uint8 inBoth, uint8 onlyFirst, uint8 onlySecond) external pure {
        uint256 n = 3 * uint256(f) + 1;
        uint256 q = 2 * uint256(f) + 1;
        require(uint256(inBoth) + onlyFirst == q, "the first quorum");
        require(uint256(inBoth) + onlySecond == q, "the second quorum");
        require(uint256(inBoth) + onlyFirst + onlySecond <= n, "of one committee");
        assert(inBoth >= uint256(f) + 1);
    }

    /// @notice With f dead, the rest is a quorum: the committee can always report.
    function quorum_isThereWithFDead(uint8 f) external pure {
        uint256 n = 3 * uint256(f) + 1;
        assert(n - f >= 2 * uint256(f) + 1);
    }
}
