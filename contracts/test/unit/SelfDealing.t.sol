// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Order, World} from "../World.sol";

/// @title The provider orders from himself, through an account that is his, and nobody stops him
contract SelfDealingTest is World {
    function test_anOkOrderedFromOneselfCostsTheFee() public {
        uint256 before = _wealth();
        _settled(OK, PRICE);
        assertEq(before - _wealthInTheEnd(), FEE);
    }

    function test_aFraudOrderedFromOneselfCostsMoreThanItsCompensation() public {
        uint256 before = _wealth();
        Job memory made = _settled(FRAUD, 0);
        skip(601);
        _slash(made);
        assertEq(before - _wealthInTheEnd(), 20e6 - 3e6, "what was taken, less the capped compensation");
    }

    function test_aTimeoutOrderedFromOneselfCostsThePenalty() public {
        uint256 before = _wealth();
        uint64 jobId = _running().id;
        skip(601);
        _expire(jobId);
        assertEq(before - _wealthInTheEnd(), 1e6);
    }

    function testFuzz_noVerdictMakesSelfDealingPay(uint8 code, uint96 paid, uint96 price) public {
        uint256 before = _wealth();
        Order memory order = _order();
        order.amount = uint96(bound(price, 40, 20e6)); // below 40 units the fee rounds down to nothing
        order.priceMax = order.amount;
        Job memory made = _funded(order);
        made.offer = _offer();
        made.offer.price = order.amount;
        _join(made, 1, made.offer);
        _accept(made);
        code = uint8(bound(code, 1, 7));
        uint96 pay = code == OK ? order.amount : code == PARTIAL ? paid % order.amount : 0;
        _settle(_verdict(made.id, code, pay));
        skip(601);
        if (code == FRAUD) _slash(made);
        if (code == CHECKPOINT) return;
        uint256 afterwards = _wealthInTheEnd();
        assertLe(afterwards, before);
        if (code == OK || code == FRAUD) assertLt(afterwards, before);
    }

    function _wealth() private view returns (uint256) {
        (uint96 staked,,,) = stake.stakeOf(provider.addr);
        return uint256(staked) + vault.creditOf(provider.addr) + vault.creditOf(consumer.addr)
            + dollar.balanceOf(consumer.addr);
    }

    function _wealthInTheEnd() private returns (uint256) {
        _passFinality();
        _claim(provider.addr);
        _claim(consumer.addr);
        return _wealth();
    }
}
