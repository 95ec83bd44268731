// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobOutcome, JobState} from "../../src/interfaces/AssayTypes.sol";
import {IDisputable} from "../../src/interfaces/IDisputable.sol";
import {IDisputeCourt} from "../../src/interfaces/IDisputeCourt.sol";
import {RateWorld} from "../RateWorld.sol";

/// @title The court over the real Settlement: money and stake after each way to end
contract CourtOverSettlementTest is RateWorld {
    Account[] private judges;

    function courtPanel() internal override returns (address[] memory panel) {
        panel = new address[](3);
        for (uint256 k = 0; k < 3; ++k) {
            judges.push(account(string.concat("judge ", vm.toString(k))));
            panel[k] = judges[k].addr;
        }
    }

    function setUp() public override {
        super.setUp();
        _fundCredit(stranger.addr, 100e6);
    }

    function test_panelOverturnsOk_theConsumerIsWholeTheProviderSlashedTheChallengerRewarded() public {
        Job memory made = _settled(OK, PRICE);
        bytes memory shown = _shownOf(made, OK, PRICE);
        _challenge(shown);
        (uint256 pending,) = settlement.pendingOf(provider.addr);
        assertEq(pending, 0, "nothing waits while it is disputed");
        uint256 consumersCredit = vault.creditOf(consumer.addr);
        _vote(made, shown, FRAUD, 0);
        (uint96 staked, uint96 locked,,) = stake.stakeOf(provider.addr);
        assertEq(staked, STAKE - 2 * PRICE, "slashBps of the price");
        assertEq(locked, 0);
        uint256 reward = vault.creditOf(stranger.addr) - 100e6;
        assertGt(reward, 0);
        assertLe(reward, 4e6);
        stake.flushSlashed();
        assertGe(vault.burned() * 2, 2 * PRICE - 3e6, "half of what is not compensation");
        _passFinality();
        settlement.claim(consumer.addr);
        assertEq(vault.creditOf(consumer.addr), consumersCredit + PRICE + 3e6 + 0, "price and capped compensation");
        assertEq(vault.ledgerOf(court), 0);
        assertEq(vault.ledgerOf(address(market)), 0);
    }

    function test_panelUpholds_everythingIsAsBefore() public {
        Job memory made = _settled(OK, PRICE);
        bytes memory shown = _shownOf(made, OK, PRICE);
        (uint256 pending, uint256 lock) = settlement.pendingOf(provider.addr);
        _challenge(shown);
        _vote(made, shown, OK, PRICE);
        (uint256 after_, uint256 lockAfter) = settlement.pendingOf(provider.addr);
        assertEq(after_, pending);
        assertEq(lockAfter, lock);
        assertState(made.id, JobState.REPORTED);
        assertEq(vault.creditOf(provider.addr), 1e6, "half of the bond");
    }

    function test_panelOverturnsFraud_theProviderIsPaidAndKeepsHisStake() public {
        Job memory made = _settled(FRAUD, 0);
        bytes memory shown = _shownOf(made, FRAUD, 0);
        _challenge(shown);
        _vote(made, shown, OK, PRICE);
        _passFinality();
        settlement.claim(provider.addr);
        assertEq(vault.creditOf(provider.addr), PRICE - FEE);
        (uint96 staked, uint96 locked,,) = stake.stakeOf(provider.addr);
        assertEq(staked, STAKE);
        assertEq(locked, 0);
    }

    function test_panelSilent_theFirstVerdictStands() public {
        Job memory made = _settled(OK, PRICE);
        bytes memory shown = _shownOf(made, OK, PRICE);
        _challenge(shown);
        skip(901);
        disputeCourt.closeCase(shown);
        assertEq(vault.creditOf(stranger.addr), 100e6);
        _passFinality();
        settlement.claim(provider.addr);
        assertEq(vault.creditOf(provider.addr), PRICE - FEE);
    }

    function test_courtSilent_theSettlementsDefaultAndTheBondComesBack() public {
        Job memory made = _settled(OK, PRICE);
        bytes memory shown = _shownOf(made, OK, PRICE);
        uint256 window = market.job(made.id).deadline - _now();
        _challenge(shown);
        skip(window + 900 + 121);
        IDisputable(address(settlement)).expireDispute(shown);
        disputeCourt.closeCase(shown);
        assertEq(vault.creditOf(stranger.addr), 100e6);
        assertState(made.id, JobState.FINAL);
    }

    /// @dev Who plays consumer, provider and challenger against himself ends with less.
    function test_selfDealing_throughTheCourtLoses() public {
        uint256 before = _wealth();
        Job memory made = _settled(OK, PRICE);
        bytes memory shown = _shownOf(made, OK, PRICE);
        _challenge(shown);
        _vote(made, shown, FRAUD, 0);
        _passFinality();
        _claim(consumer.addr);
        _claim(provider.addr);
        assertLt(_wealth(), before);
    }

    function _wealth() private view returns (uint256) {
        (uint96 staked,,,) = stake.stakeOf(provider.addr);
        return vault.creditOf(consumer.addr) + vault.creditOf(provider.addr) + vault.creditOf(stranger.addr) + staked;
    }

    function _shownOf(Job memory made, uint8 code, uint96 paid) private view returns (bytes memory) {
        JobOutcome memory outcome = _outcome(made, code, paid);
        return abi.encode(made.id, made.card, outcome);
    }

    function _challenge(bytes memory shown) private {
        vm.prank(stranger.addr);
        disputeCourt.challenge(shown, "garbage");
    }

    function _vote(Job memory made, bytes memory shown, uint8 code, uint96 paid) private {
        bytes32 digest = disputeCourt.hashVote(made.id, 1, code, paid, "reason");
        bytes memory all;
        for (uint256 k = 0; k < 3; ++k) {
            all = bytes.concat(all, signature(judges[k].key, digest));
        }
        disputeCourt.vote(shown, code, paid, "reason", 7, all);
    }
}
