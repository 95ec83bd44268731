// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A falsehood: where the solver does not find it, none of its other answers means anything
contract Control {
    function control_sharesRoundUp(uint96 tokens, uint128 supply, uint96 amount) external pure {
        uint256 minted = uint256(amount) * (uint256(supply) + 1_000) / (uint256(tokens) + 1) + 1;
        uint256 back = minted * (uint256(tokens) + amount + 1) / (uint256(supply) + minted + 1_000);
        assert(back <= amount);
    }
}
