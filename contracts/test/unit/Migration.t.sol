// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Order, Payment} from "../../src/interfaces/AssayTypes.sol";
import {IJobBook} from "../../src/interfaces/IJobBook.sol";
import {StakeRole} from "../../src/interfaces/IStakeManager.sol";
import {IJobMarket, ISettlement, JobState, World} from "../World.sol";

/// @title A second generation of market and settlement takes over, with jobs in flight (docs/PROTOCOL.md, Upgrades)
contract MigrationTest is World {
    IJobMarket private oldMarket;
    ISettlement private oldSettlement;
    IJobMarket private newMarket;
    ISettlement private newSettlement;

    function setUp() public override {
        super.setUp();
        (oldMarket, oldSettlement) = (market, settlement);
        uint256 nonce = vm.getNonce(address(this));
        newMarket = IJobMarket(vm.computeCreateAddress(address(this), nonce));
        newSettlement = ISettlement(vm.computeCreateAddress(address(this), nonce + 1));
        vm.startPrank(governor.addr);
        vault.addModule(address(newMarket));
        stake.addModule(address(newMarket), StakeRole.MARKET);
        stake.addModule(address(newSettlement), StakeRole.SETTLEMENT);
        vm.stopPrank();
        vm.deployCode(
            "JobMarket.sol:JobMarket",
            abi.encode(vault, stake, devices, committee, newSettlement, governor.addr, guardian.addr, params())
        );
        vm.deployCode("Settlement.sol:Settlement", abi.encode(stake, newMarket, committee, treasury, address(0), court));
        // Longer than anybody needs to leave: nothing of the new generation works before.
        skip(MODULE_DELAY > 6 days ? MODULE_DELAY : 6 days);
        vm.startPrank(governor.addr);
        committee.setReporter(address(newSettlement), true);
        committee.setListener(address(newMarket), true);
        vm.stopPrank();
    }

    function test_migration_aSettlementThatNobodyAnnouncedIsRefused() public {
        vm.expectPartialRevert(ISettlement.WrongWiring.selector);
        deploy("Settlement.sol:Settlement", abi.encode(stake, newMarket, committee, treasury, address(0), court));
    }

    function test_migration_jobsInFlightFinishOnTheModulesThatTheyBeganWith() public {
        Job memory funded = _funded();
        Job memory assigned = _assigned();
        Job memory running = _running();
        Job memory committed = _committed();
        Job memory reported = _settled(OK, PRICE);
        Job memory fraud = _settled(FRAUD, 0);
        vm.prank(governor.addr);
        oldMarket.pauseNewJobs();

        _use(newMarket, newSettlement);
        Job memory fresh = _settled(OK, PRICE);
        assertState(fresh.id, JobState.REPORTED);

        _use(oldMarket, oldSettlement);
        Order memory order = _order();
        Payment memory payment = _priorBalance(order);
        vm.expectRevert(IJobBook.NewJobsArePaused.selector);
        market.fund(order, payment);
        vm.prank(consumer.addr);
        market.cancel(funded.id, funded.card);
        _accept(assigned);
        _settle(
            bytes.concat(
                _verdict(assigned.id, OK, PRICE), _verdict(running.id, PARTIAL, 4e6), _verdict(committed.id, FAILED, 0)
            )
        );
        _passFinality();
        _slash(fraud);
        _claimAll();
        assertState(assigned.id, JobState.FINAL);
        assertState(running.id, JobState.FINAL);
        assertState(committed.id, JobState.FINAL);
        assertState(reported.id, JobState.FINAL);
        assertTrue(market.job(fraud.id).slashed);
        assertEq(vault.ledgerOf(address(oldMarket)), 0, "nothing is left behind");

        _use(newMarket, newSettlement);
        _claimAll();
        assertState(fresh.id, JobState.FINAL);
        assertEq(vault.ledgerOf(address(newMarket)), 0);
        (, uint96 locked,,) = stake.stakeOf(provider.addr);
        assertEq(locked, 0);
        assertEq(vault.creditOf(treasury), 3 * uint256(FEE) + 100_000, "three prices, and 4e6 of a partial one");
    }

    function test_migration_aRetiredMarketStillPaysWhatItOwes() public {
        _settled(OK, PRICE);
        vm.prank(governor.addr);
        vault.retireModule(address(oldMarket));
        _passFinality();
        settlement.claim(provider.addr);
        assertEq(vault.creditOf(provider.addr), PRICE - FEE);
    }

    function test_migration_aRotationReachesBothGenerations() public {
        Job memory old = _running();
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("oracle", 4, false);
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
        _use(newMarket, newSettlement);
        Job memory fresh = _running();
        assertEq(market.job(fresh.id).epoch, 2);
        _use(oldMarket, oldSettlement);
        _settle(_verdict(old.id, OK, PRICE)); // by the committee of epoch 1
        assertState(old.id, JobState.REPORTED);
    }

    function _use(IJobMarket market_, ISettlement settlement_) private {
        (market, settlement) = (market_, settlement_);
    }

    function _claimAll() private {
        _claim(provider.addr);
        _claim(consumer.addr);
        _claim(treasury);
    }
}
